// SPDX-License-Identifier: MIT
#include "daemon/admin_log_handlers.h"

#include "daemon/log_events.h"

namespace jetstream::daemon {
namespace {

using control::ErrorCode;

}  // namespace

void log_level(LogAdmin& log, const AdminCall& call) {
  const auto& word = std::get<control::LogLevelArgs>(call.request.args).level;
  const auto wanted = word ? parse_log_level(*word) : std::nullopt;
  if (word && !wanted) {
    call.record(*word, ErrorCode::kInvalidArgument, 0);
    return call.fail({ErrorCode::kInvalidArgument, "argument \"level\" is no level",
                      "write trace, debug, info, warning or error"});
  }
  const LogLevel before = log.log_level(wanted);
  const LogLevel now = wanted.value_or(before);
  call.record(word.value_or("show"), std::nullopt, 0);
  call.reply(call.result(
      control::LogLevelReport{std::string(to_string(now)), std::string(to_string(before))}));
}

}  // namespace jetstream::daemon
