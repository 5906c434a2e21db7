// SPDX-License-Identifier: MIT
#include "daemon/admin/admin_log_handlers.h"

#include <algorithm>

#include "control/suggest.h"
#include "daemon/admin/admin_follow.h"
#include "daemon/log/log_events.h"

namespace jetstream::daemon {
namespace {

using control::ErrorCode;
using control::Failure;

/// The word that stands for the configured level.
constexpr std::string_view kDefaultWord = "default";

Failure no_level() {
  return {ErrorCode::kInvalidArgument, "argument \"level\" is no level",
          "write trace, debug, info, warning or error"};
}

std::optional<Failure> check_module(const std::optional<std::string>& module) {
  const auto modules = log_modules();
  if (!module || std::find(modules.begin(), modules.end(), *module) != modules.end()) {
    return std::nullopt;
  }
  Failure failure{ErrorCode::kInvalidArgument, "argument \"module\" is none of the log",
                  control::did_you_mean(*module, modules)};
  if (!failure.hint) {
    failure.hint = "one of";
    for (const std::string_view known : modules) *failure.hint += " " + std::string(known);
  }
  return failure;
}

std::optional<Failure> check_level_args(const control::LogLevelArgs& args) {
  const bool known = !args.level || *args.level == kDefaultWord || parse_log_level(*args.level);
  if (!known) return no_level();
  if (args.for_ms && (!args.level || *args.level == kDefaultWord)) {
    return Failure{ErrorCode::kInvalidArgument, "argument \"for_ms\" has no level to go with",
                   "name the level that is to hold for so long"};
  }
  return check_module(args.module);
}

}  // namespace

void log_level(LogAdmin& log, const AdminCall& call) {
  const auto& args = std::get<control::LogLevelArgs>(call.request.args);
  const std::string module = args.module.value_or("");
  const std::string target = args.level.value_or("show");
  if (const auto failure = check_level_args(args)) {
    call.record(target, failure->code, 0);
    return call.fail(*failure);
  }
  const LogLevel before = log.log_level(module);
  if (args.level) {
    LogLevelOrder order{module, parse_log_level(*args.level), std::nullopt,
                        call.caller.credentials.uid};
    if (args.for_ms) order.lasts = std::chrono::milliseconds(*args.for_ms);
    log.change_log_level(order);
  }
  call.record(target, std::nullopt, 0);
  call.reply(call.result(control::LogLevelReport{
      std::string(to_string(log.log_level(module))), std::string(to_string(before)),
      std::string(to_string(log.configured_log_level())), log.log_overrides()}));
}

void log_tail(EventAdmin& events, SessionAdmin& sessions, AdminCall call) {
  const auto& args = std::get<control::LogTailArgs>(call.request.args);
  const auto level = parse_log_level(args.level);
  if (!level) return call.fail(no_level());
  if (const auto failure = check_module(args.module)) return call.fail(*failure);
  EventQuery query;
  if (args.session) {
    query.session = control::parse_session_id(*args.session);
    if (!query.session) {
      return call.fail({ErrorCode::kInvalidArgument,
                        "argument \"session\" is no decimal session id", std::nullopt});
    }
  }
  for (const LogEventSpec& spec : log_event_table()) {
    const bool wanted = spec.level >= *level && (!args.module || module_of(spec) == *args.module);
    query.events.set(static_cast<std::size_t>(spec.event), wanted);
  }
  FollowOptions options;
  options.ends_after = std::chrono::milliseconds(args.for_ms);
  const std::optional<SessionId> session = query.session;
  auto fail = follow(events, std::move(call), std::move(query), std::move(options));
  if (!session) return;
  // Of a session that there is not, nothing would ever come. The stream is open by then, so that a
  // role that is lost meanwhile ends it.
  sessions.show_sessions({*session}, [fail = std::move(fail), id = *session](const auto& found) {
    if (found.empty()) fail(no_such_session({id}));
  });
}

}  // namespace jetstream::daemon
