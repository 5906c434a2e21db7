// SPDX-License-Identifier: MIT
#include "daemon/admin/admin_daemon_handlers.h"

#include <unistd.h>

namespace jetstream::daemon {
namespace {

using control::ErrorCode;

constexpr std::string_view kProtocol = "jetstreamd.admin/1";

}  // namespace

void hello(const AdminCall& call) {
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

void ping(const AdminCall& call) {
  call.reply(call.result(control::PingReport{static_cast<std::uint64_t>(::getpid())}));
}

void list_commands(const AdminCall& call) {
  std::vector<control::CommandRow> rows;
  for (const control::CommandSpec& spec : control::command_table()) {
    rows.push_back(control::row_of(spec));
  }
  call.reply(call.items(rows) + call.result(control::CommandsSummary{rows.size()}));
}

void status(DaemonAdmin& daemon, AdminCall call) {
  daemon.status([call = std::move(call)](control::StatusReport report) {
    report.version = JS_VERSION;
    report.pid = static_cast<std::uint64_t>(::getpid());
    call.reply(call.result(report));
  });
}

void stop(DaemonAdmin& daemon, AdminCall call) {
  const bool now = std::get<control::StopArgs>(call.request.args).now;
  daemon.stop(now, [call = std::move(call), now](StopOutcome outcome) {
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

}  // namespace jetstream::daemon
