// SPDX-License-Identifier: MIT
#include "daemon/admin_handlers.h"

#include "daemon/admin_ban_handlers.h"
#include "daemon/admin_daemon_handlers.h"
#include "daemon/admin_drain_handlers.h"
#include "daemon/admin_event_handlers.h"
#include "daemon/admin_limit_handlers.h"
#include "daemon/admin_log_handlers.h"
#include "daemon/admin_session_handlers.h"
#include "daemon/admin_source_handlers.h"

namespace jetstream::daemon {
namespace {

using control::CommandId;

}  // namespace

void AdminHandlers::handle(const control::Request& request, const AdminCaller& caller,
                           AdminReply reply, OpenAdminStream open_stream) {
  AdminCall call{request, caller, std::move(reply), std::move(open_stream), audit_};
  if (caller.role < control::spec_of(request.command).access) {
    call.record("", control::ErrorCode::kPermissionDenied, 0);
    return call.fail(lacks_role(call, control::spec_of(request.command).access));
  }
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
      return session_close(backend_.sessions, std::move(call));
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
      return log_tail(backend_.events, std::move(call));
    case CommandId::kEvents:
      return events(backend_.events, std::move(call));
    case CommandId::kSessionWatch:
      return session_watch(backend_.events, std::move(call));
    case CommandId::kLimitShow:
      return limit_show(backend_.limits, std::move(call));
    case CommandId::kSourceList:
      return source_list(backend_.sources, std::move(call));
    case CommandId::kSourceReset:
      return source_reset(backend_.sources, std::move(call));
    case CommandId::kExplain:
      return explain(backend_.sources, std::move(call));
    case CommandId::kBanAdd:
      return ban_add(backend_.bans, call);
    case CommandId::kBanDel:
      return ban_del(backend_.bans, call);
    case CommandId::kBanList:
      return ban_list(backend_.bans, call);
    case CommandId::kBanClear:
      return ban_clear(backend_.bans, call);
    case CommandId::kBanLoadBegin:
      return ban_load_begin(backend_.bans, call);
    case CommandId::kBanLoadItems:
      return ban_load_items(backend_.bans, call);
    case CommandId::kBanLoadCommit:
      return ban_load_commit(backend_.bans, call);
  }
}

}  // namespace jetstream::daemon
