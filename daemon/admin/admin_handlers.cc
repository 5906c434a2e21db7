// SPDX-License-Identifier: MIT
#include "daemon/admin/admin_handlers.h"

#include "daemon/admin/admin_ban_handlers.h"
#include "daemon/admin/admin_config_handlers.h"
#include "daemon/admin/admin_daemon_handlers.h"
#include "daemon/admin/admin_drain_handlers.h"
#include "daemon/admin/admin_event_handlers.h"
#include "daemon/admin/admin_health_handlers.h"
#include "daemon/admin/admin_limit_handlers.h"
#include "daemon/admin/admin_log_handlers.h"
#include "daemon/admin/admin_session_handlers.h"
#include "daemon/admin/admin_source_handlers.h"
#include "daemon/log/log_record.h"
#include "net/clock.h"

namespace jetstream::daemon {
namespace {

using control::CommandId;

/// Whether an answer says that nothing was begun, and may be another one next time.
bool was_turned_away(std::string_view lines) {
  if (lines.ends_with('\n')) lines.remove_suffix(1);
  const auto last = control::parse_reply(lines.substr(lines.rfind('\n') + 1));
  return last && last->kind == control::ReplyKind::kError &&
         (last->failure.code == control::ErrorCode::kBusy ||
          last->failure.code == control::ErrorCode::kPermissionDenied);
}

/// The commands ban.*.
void handle_bans(BanAdmin bans, const AdminCall& call) {
  switch (call.request.command) {
    case CommandId::kBanAdd:
      return ban_add(bans, call);
    case CommandId::kBanDel:
      return ban_del(bans, call);
    case CommandId::kBanList:
      return ban_list(bans, call);
    case CommandId::kBanClear:
      return ban_clear(bans, call);
    case CommandId::kBanLoadBegin:
      return ban_load_begin(bans, call);
    case CommandId::kBanLoadItems:
      return ban_load_items(bans, call);
    default:
      return ban_load_commit(bans, call);
  }
}

}  // namespace

bool AdminHandlers::within_limits(const AdminCall& call) {
  const auto verdict = throttle_.admit(call.caller.credentials.uid, net::clock_now());
  if (verdict == AdminThrottle::Verdict::kGo) return true;
  if (verdict == AdminThrottle::Verdict::kFirstRefused) {
    call.record("", control::ErrorCode::kBusy, 0);
  }
  call.fail({control::ErrorCode::kBusy,
             "uid " + std::to_string(call.caller.credentials.uid) + " changes things too often",
             "at most " + std::to_string(AdminThrottle::kPerSecond) + " commands a second"});
  return false;
}

bool AdminHandlers::admit(AdminCall& call) {
  call.started = log_clock();
  const control::CommandSpec& spec = control::spec_of(call.request.command);
  const control::Access needed = needed_role(call.request);
  const bool refused = call.caller.role < needed;
  // Now, while the caller waits for the answer and so can't be gone.
  if (spec.mutating || refused) call.process = read_peer_process(call.caller.credentials.pid);
  if ((spec.mutating || refused) && !within_limits(call)) return false;
  if (!refused) return true;
  call.record("", control::ErrorCode::kPermissionDenied, 0);
  call.fail(lacks_role(call, needed));
  return false;
}

bool AdminHandlers::is_answered(AdminCall& call) {
  if (!call.request.request_id) return false;
  const uid_t user = call.caller.credentials.uid;
  const std::string name = *call.request.request_id;
  // The answer is remembered without the id of this one request.
  const AnswerMemory::Reply reply = [reply = call.reply,
                                     id = call.request.id](const std::string& lines) {
    reply(control::with_id(lines, id));
  };
  const auto verdict = answers_->begin(net::clock_now(), user, name, call.request.command,
                                       control::write_args(call.request.args), reply);
  if (verdict == AnswerMemory::Verdict::kNew) {
    call.request.id = {};
    call.reply = [reply, answers = answers_, user, name](const std::string& lines) {
      reply(lines);
      if (was_turned_away(lines)) return answers->forget(user, name, lines);
      answers->finish(user, name, lines);
    };
    return false;
  }
  if (verdict == AnswerMemory::Verdict::kRepeated) {
    AuditRecord record = call.new_record("", std::nullopt, 0);
    record.repeated = true;
    call.audit(record);
    return true;
  }
  const bool other = verdict == AnswerMemory::Verdict::kOther;
  const control::Failure failure =
      other ? control::Failure{control::ErrorCode::kConflict,
                               "request_id was given to another command, or to other arguments",
                               "use a new one for whatever is new"}
            : control::Failure{control::ErrorCode::kBusy,
                               "too many commands with a request_id are under way",
                               "try again in a moment"};
  call.record("", failure.code, 0);
  call.fail(failure);
  return true;
}

AdminCall AdminHandlers::counted(AdminCall call) const {
  const CommandId command = call.request.command;
  call.tally = tally_;
  call.reply = [tally = tally_, command, reply = std::move(call.reply)](std::string lines) {
    tally->add_answer(command);
    reply(std::move(lines));
  };
  if (!call.open_stream) return call;
  OpenAdminStream open = std::exchange(call.open_stream, nullptr);
  call.open_stream = [tally = tally_, streams = streams_, about = call, open = std::move(open)](
                         std::string first, std::function<void()> gone) {
    tally->add_answer(about.request.command);
    auto stream = open(std::move(first), std::move(gone));
    if (stream) streams->add(stream, about);
    return stream;
  };
  return call;
}

void AdminHandlers::handle(const control::Request& request, const AdminCaller& caller,
                           AdminReply reply, OpenAdminStream open_stream) {
  AdminCall call = counted({request, caller, std::move(reply), std::move(open_stream), audit_});
  if (!admit(call) || is_answered(call)) return;
  switch (request.command) {
    case CommandId::kHello:
      return hello(call);
    case CommandId::kPing:
      return ping(call);
    case CommandId::kCommands:
      return list_commands(call);
    case CommandId::kStatus:
      return status(backend_.daemon, std::move(call));
    case CommandId::kSessionList:
      return session_list(backend_.sessions, std::move(call));
    case CommandId::kSessionShow:
      return session_show(backend_.sessions, std::move(call));
    case CommandId::kSessionClose:
      return session_close(backend_.sessions, backend_.bans, std::move(call));
    case CommandId::kSessionClosed:
      return session_closed(backend_.sessions, std::move(call));
    case CommandId::kDrainStart:
      return drain_start(backend_.drain, std::move(call));
    case CommandId::kDrainCancel:
      return drain_cancel(backend_.drain, std::move(call));
    case CommandId::kDrainStatus:
      return drain_status(backend_.drain, std::move(call));
    case CommandId::kStop:
      return stop(backend_.daemon, std::move(call));
    case CommandId::kLogLevel:
      return log_level(backend_.log, call);
    case CommandId::kLogTail:
      return log_tail(backend_.events, backend_.sessions, std::move(call));
    case CommandId::kEvents:
      return events(backend_.events, std::move(call));
    case CommandId::kSessionWatch:
      return session_watch(backend_.events, std::move(call));
    case CommandId::kHealth:
      return health(backend_.health, call);
    case CommandId::kWait:
      return wait(backend_.health, call);
    case CommandId::kMetrics:
      return metrics(backend_.health, call);
    case CommandId::kStats:
      return stats(backend_.health, call);
    case CommandId::kLimitShow:
    case CommandId::kLimitSuggest:
      return handle_limits(backend_.limits, std::move(call));
    case CommandId::kSourceList:
      return source_list(backend_.sources, std::move(call));
    case CommandId::kSourceReset:
      return source_reset(backend_.sources, std::move(call));
    case CommandId::kExplain:
      return explain(backend_.sources, std::move(call));
    case CommandId::kBanAdd:
    case CommandId::kBanDel:
    case CommandId::kBanList:
    case CommandId::kBanClear:
    case CommandId::kBanLoadBegin:
    case CommandId::kBanLoadItems:
    case CommandId::kBanLoadCommit:
      return handle_bans(backend_.bans, call);
    case CommandId::kConfigShow:
    case CommandId::kConfigDiff:
    case CommandId::kConfigReload:
    case CommandId::kConfigConfirm:
    case CommandId::kConfigRollback:
      return handle_config(backend_.config, std::move(call));
  }
}

}  // namespace jetstream::daemon
