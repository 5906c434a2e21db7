// SPDX-License-Identifier: MIT
#include "daemon/admin/admin_streams.h"

#include "daemon/log/log_record.h"

namespace jetstream::daemon {

void AdminStreams::add(const std::shared_ptr<AdminStream>& stream, AdminCall call) {
  forget_ended();
  // Kept are the facts alone: what answers would keep the connection.
  call.reply = nullptr;
  call.open_stream = nullptr;
  open_.push_back({stream, std::move(call)});
}

void AdminStreams::judge(const std::shared_ptr<const AccessPolicy>& policy) {
  forget_ended();
  std::vector<Open> lost;
  for (Open& one : open_) {
    const AdminCaller& before = one.call.caller;
    one.call.caller = caller_by(policy, before.credentials, before.capped);
    if (one.call.caller.role < needed_role(one.call.request)) lost.push_back(one);
  }
  // Ending one may end others, and open none.
  for (Open& one : lost) {
    const auto stream = one.stream.lock();
    if (!stream) continue;
    one.call.process = read_peer_process(one.call.caller.credentials.pid);
    one.call.started = log_clock();
    one.call.record("", control::ErrorCode::kPermissionDenied, 0);
    stream->finish_and_close(one.call.error(lacks_role(one.call, needed_role(one.call.request))));
  }
}

void AdminStreams::forget_ended() {
  std::erase_if(open_, [](const Open& one) { return one.stream.expired(); });
}

}  // namespace jetstream::daemon
