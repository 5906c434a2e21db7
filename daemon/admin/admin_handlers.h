// SPDX-License-Identifier: MIT
#pragma once

#include "daemon/admin/admin_call.h"
#include "daemon/admin/admin_streams.h"
#include "daemon/admin/admin_throttle.h"
#include "daemon/admin/answer_memory.h"

namespace jetstream::daemon {

/// What answers the commands of the admin protocol: checks the role, and gives each to its family's
/// handlers (admin_FAMILY_handlers.h), which ask the backend, make lines of what it says, and have
/// every change audited. Knows no socket. One thread.
class AdminHandlers {
 public:
  AdminHandlers(const AdminBackend& backend, Audit audit)
      : backend_(backend), audit_(std::move(audit)) {}

  /// Commands that stream need `open_stream`.
  void handle(const control::Request& request, const AdminCaller& caller, AdminReply reply,
              OpenAdminStream open_stream = nullptr);

  /// Ends the streams whose callers may not follow them under `policy`.
  void judge_streams(const std::shared_ptr<const AccessPolicy>& policy) { streams_->judge(policy); }

  const AdminTally& tally() const { return *tally_; }

 private:
  /// Each answer is counted, also one that comes when the handlers are gone, and each stream kept
  /// in sight.
  AdminCall counted(AdminCall call) const;
  /// False, and the call is answered, if its user does this too often.
  bool within_limits(const AdminCall& call);
  /// Notes who asks and when. False if they may not, and have been told.
  bool admit(AdminCall& call);
  /// Whether the call is answered without being done: as before under its request_id, or because
  /// that stands for something else.
  bool is_answered(AdminCall& call);

  AdminBackend backend_;
  std::shared_ptr<AdminTally> tally_ = std::make_shared<AdminTally>();
  std::shared_ptr<AdminStreams> streams_ = std::make_shared<AdminStreams>();
  Audit audit_;
  AdminThrottle throttle_;
  /// Shared with calls that are under way, which may be answered when the handlers are gone.
  std::shared_ptr<AnswerMemory> answers_ = std::make_shared<AnswerMemory>();
};

}  // namespace jetstream::daemon
