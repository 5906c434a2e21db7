// SPDX-License-Identifier: MIT
//
// One function a command. What goes on after the backend has answered is in lambdas that own all
// they need (Call), since it may come when the handlers are gone.
#include "daemon/admin_handlers.h"

#include <unistd.h>

#include <algorithm>

#include "daemon/admin_access.h"
#include "daemon/log_events.h"

namespace jetstream::daemon {
namespace {

using control::Access;
using control::CommandId;
using control::ErrorCode;
using control::Failure;
using control::Request;

constexpr std::string_view kProtocol = "jetstreamd.admin/1";

/// One request on its way.
struct Call {
  Request request;
  AdminCaller caller;
  AdminHandlers::Reply reply;
  Audit audit;

  template <class Report>
  std::string result(const Report& report) const {
    return control::write_result(request.id, request.command, report);
  }
  template <class Row>
  std::string items(const std::vector<Row>& rows) const {
    std::string lines;
    for (const Row& row : rows) lines += control::write_item(request.id, row);
    return lines;
  }
  void fail(const Failure& failure) const { reply(control::write_error(request.id, failure)); }

  void record(std::string target, std::optional<ErrorCode> error, std::uint64_t affected) const {
    audit({caller.credentials, caller.role, request.command, std::move(target), error, affected});
  }
};

std::string join(const std::vector<SessionId>& ids) {
  std::string joined;
  for (SessionId id : ids) joined += (joined.empty() ? "" : ",") + std::to_string(id.value());
  return joined;
}

std::string named(const std::vector<SessionId>& ids) {
  return (ids.size() == 1 ? "session " : "any of the sessions ") + join(ids);
}

Failure not_found(const std::vector<SessionId>& ids) {
  return {ErrorCode::kNotFound,
          "there is no " + (ids.size() == 1 ? named(ids) : "such session: " + join(ids)),
          "jsctl session list shows those there are"};
}

Failure refusal(const Call& call) {
  const uid_t uid = call.caller.credentials.uid;
  const control::CommandSpec& spec = control::spec_of(call.request.command);
  Failure failure{ErrorCode::kPermissionDenied,
                  std::string(spec.name) + " needs role " + std::string(to_string(spec.access)) +
                      "; you (uid " + std::to_string(uid) + ") have " +
                      std::string(to_string(call.caller.role)),
                  "ask for a role in admin.access of jetstreamd's configuration"};
  if (uid == kOverflowId) {
    failure.hint =
        "your user is unknown in jetstreamd's user namespace; run jsctl inside of its container";
  }
  return failure;
}

void hello(const Call& call) {
  const ipc::PeerCredentials& who = call.caller.credentials;
  control::HelloReport report;
  report.version = JS_VERSION;
  report.protocol = kProtocol;
  report.role = to_string(call.caller.role);
  report.uid = who.uid;
  report.gid = who.gid;
  if (who.pid > 0) report.pid = static_cast<std::uint64_t>(who.pid);
  call.reply(call.result(report));
}

void ping(const Call& call) {
  call.reply(call.result(control::PingReport{static_cast<std::uint64_t>(::getpid())}));
}

void commands(const Call& call) {
  std::vector<control::CommandRow> rows;
  for (const control::CommandSpec& spec : control::command_table()) {
    rows.push_back(control::row_of(spec));
  }
  call.reply(call.items(rows) + call.result(control::CommandsSummary{rows.size()}));
}

void status(AdminBackend& backend, Call call) {
  backend.status([call = std::move(call)](control::StatusReport report) {
    report.version = JS_VERSION;
    report.pid = static_cast<std::uint64_t>(::getpid());
    call.reply(call.result(report));
  });
}

/// A cursor is the last id of the page before. Only this function knows.
void session_list(AdminBackend& backend, Call call) {
  const auto& args = std::get<control::SessionListArgs>(call.request.args);
  SessionQuery query;
  query.limit = static_cast<std::size_t>(args.limit);
  if (args.cursor) {
    query.after = control::parse_session_id(*args.cursor);
    if (!query.after) {
      return call.fail({ErrorCode::kInvalidArgument,
                        "argument \"cursor\" is none that was given out",
                        "leave it out to begin with the first session"});
    }
  }
  backend.list_sessions(query, [call = std::move(call)](const SessionPage& page) {
    control::ListSummary summary{page.rows.size(), page.table_size, std::nullopt};
    if (page.more && !page.rows.empty()) {
      summary.cursor = std::to_string(page.rows.back().id.value());
    }
    call.reply(call.items(page.rows) + call.result(summary));
  });
}

void session_show(AdminBackend& backend, Call call) {
  std::vector<SessionId> ids = std::get<control::SessionShowArgs>(call.request.args).ids;
  auto done = [call = std::move(call), ids](const std::vector<control::SessionDetail>& found) {
    if (found.empty()) return call.fail(not_found(ids));
    control::ShowSummary summary{found.size(), {}};
    for (SessionId id : ids) {
      const bool there = std::any_of(found.begin(), found.end(),
                                     [&](const auto& detail) { return detail.row.id == id; });
      if (!there) summary.not_found.push_back(id);
    }
    call.reply(call.items(found) + call.result(summary));
  };
  backend.show_sessions(std::move(ids), std::move(done));
}

/// Why nothing was closed, if nothing was.
std::optional<Failure> close_failure(const std::vector<SessionId>& ids,
                                     const std::vector<control::CloseRow>& rows) {
  const auto has = [&](control::CloseOutcome outcome) {
    return std::any_of(rows.begin(), rows.end(),
                       [&](const control::CloseRow& row) { return row.outcome == outcome; });
  };
  if (has(control::CloseOutcome::kClosed)) return std::nullopt;
  if (!has(control::CloseOutcome::kAlreadyClosing)) return not_found(ids);
  return Failure{ErrorCode::kConflict, named(ids) + " is closing already", std::nullopt};
}

void session_close(AdminBackend& backend, Call call) {
  const auto& args = std::get<control::SessionCloseArgs>(call.request.args);
  CloseOrder order{args.ids, args.reason, args.message};
  backend.close_sessions(std::move(order), [call = std::move(call)](
                                               const std::vector<control::CloseRow>& rows) {
    const auto& ids = std::get<control::SessionCloseArgs>(call.request.args).ids;
    const auto closed = std::count_if(rows.begin(), rows.end(), [](const auto& row) {
      return row.outcome == control::CloseOutcome::kClosed;
    });
    const control::CloseSummary summary{ids.size(), static_cast<std::uint64_t>(closed)};
    const std::optional<Failure> failure = close_failure(ids, rows);
    call.record(join(ids), failure ? std::optional(failure->code) : std::nullopt, summary.closed);
    call.reply(call.items(rows) +
               (failure ? control::write_error(call.request.id, *failure) : call.result(summary)));
  });
}

void session_closed(AdminBackend& backend, Call call) {
  const auto limit = std::get<control::SessionClosedArgs>(call.request.args).limit;
  backend.closed_sessions(static_cast<std::size_t>(limit),
                          [call = std::move(call)](const ClosedPage& page) {
                            const control::ClosedSummary summary{page.rows.size(), page.remembered};
                            call.reply(call.items(page.rows) + call.result(summary));
                          });
}

/// What a change of the drain led to. `otherwise`: why there was nothing to change.
AdminBackend::Done<DrainAnswer> drain_changed(Call call, Failure otherwise) {
  return [call = std::move(call), otherwise = std::move(otherwise)](const DrainAnswer& answer) {
    if (answer.outcome == DrainOutcome::kDone) {
      call.record(answer.report.state, std::nullopt, answer.report.sessions_left);
      return call.reply(call.result(answer.report));
    }
    call.record(answer.report.state, ErrorCode::kConflict, 0);
    if (answer.outcome == DrainOutcome::kAlready) return call.fail(otherwise);
    call.fail({ErrorCode::kConflict, "jetstreamd is stopping", std::nullopt});
  };
}

void drain_start(AdminBackend& backend, Call call) {
  const auto given = std::get<control::DrainStartArgs>(call.request.args).deadline_ms;
  std::optional<std::chrono::milliseconds> deadline;
  if (given) deadline = std::chrono::milliseconds(*given);
  backend.drain_start(
      deadline, drain_changed(std::move(call), {ErrorCode::kConflict, "jetstreamd drains already",
                                                "jsctl drain status shows how far it has come"}));
}

void drain_cancel(AdminBackend& backend, Call call) {
  backend.drain_cancel(drain_changed(
      std::move(call), {ErrorCode::kConflict, "jetstreamd does not drain", std::nullopt}));
}

void drain_status(AdminBackend& backend, Call call) {
  backend.drain_status([call = std::move(call)](const DrainAnswer& answer) {
    call.reply(call.result(answer.report));
  });
}

void stop(AdminBackend& backend, Call call) {
  const bool now = std::get<control::StopArgs>(call.request.args).now;
  backend.stop(now, [call = std::move(call), now](StopOutcome outcome) {
    const std::string target = now ? "now" : "graceful";
    if (outcome == StopOutcome::kAlready) {
      call.record(target, ErrorCode::kConflict, 0);
      return call.fail(
          {ErrorCode::kConflict, "jetstreamd is stopping already",
           now ? std::nullopt : std::optional<std::string>("jsctl stop --now ends it at once")});
    }
    call.record(target, std::nullopt, 0);
    call.reply(call.result(control::StopReport{"stopping"}));
  });
}

void limit_show(AdminBackend& backend, Call call) {
  std::vector<SessionId> ids = std::get<control::LimitShowArgs>(call.request.args).ids;
  backend.limits(ids, [call = std::move(call), ids](const LimitsPage& page) {
    control::LimitSummary summary{page.mode, {}};
    for (const SessionId id : ids) {
      const bool there = std::any_of(page.rows.begin(), page.rows.end(),
                                     [id](const auto& row) { return row.session == id; });
      if (!there) summary.not_found.push_back(id);
    }
    if (!ids.empty() && page.rows.empty()) return call.fail(not_found(ids));
    call.reply(call.items(page.rows) + call.result(summary));
  });
}

void log_level(AdminBackend& backend, const Call& call) {
  const auto& word = std::get<control::LogLevelArgs>(call.request.args).level;
  const auto wanted = word ? parse_log_level(*word) : std::nullopt;
  if (word && !wanted) {
    call.record(*word, ErrorCode::kInvalidArgument, 0);
    return call.fail({ErrorCode::kInvalidArgument, "argument \"level\" is no level",
                      "write trace, debug, info, warning or error"});
  }
  const LogLevel before = backend.log_level(wanted);
  const LogLevel now = wanted.value_or(before);
  call.record(word.value_or("show"), std::nullopt, 0);
  call.reply(call.result(
      control::LogLevelReport{std::string(to_string(now)), std::string(to_string(before))}));
}

}  // namespace

void AdminHandlers::handle(const Request& request, const AdminCaller& caller, Reply reply) {
  Call call{request, caller, std::move(reply), audit_};
  if (caller.role < control::spec_of(request.command).access) {
    call.record("", ErrorCode::kPermissionDenied, 0);
    return call.fail(refusal(call));
  }
  switch (request.command) {
    case CommandId::kHello:
      return hello(call);
    case CommandId::kPing:
      return ping(call);
    case CommandId::kCommands:
      return commands(call);
    case CommandId::kStatus:
      return status(backend_, std::move(call));
    case CommandId::kSessionList:
      return session_list(backend_, std::move(call));
    case CommandId::kSessionShow:
      return session_show(backend_, std::move(call));
    case CommandId::kSessionClose:
      return session_close(backend_, std::move(call));
    case CommandId::kSessionClosed:
      return session_closed(backend_, std::move(call));
    case CommandId::kDrainStart:
      return drain_start(backend_, std::move(call));
    case CommandId::kDrainCancel:
      return drain_cancel(backend_, std::move(call));
    case CommandId::kDrainStatus:
      return drain_status(backend_, std::move(call));
    case CommandId::kStop:
      return stop(backend_, std::move(call));
    case CommandId::kLogLevel:
      return log_level(backend_, call);
    case CommandId::kLimitShow:
      return limit_show(backend_, std::move(call));
  }
}

}  // namespace jetstream::daemon
