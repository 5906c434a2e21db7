// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "daemon/admin/session_admin.h"
#include "daemon/workers/worker_group.h"
#include "jetstream/system_random.h"

namespace jetstream::daemon {

/// Asks the workers about sessions. Belongs to the main thread.
class AppSessions final : public SessionAdmin {
 public:
  explicit AppSessions(WorkerGroup& workers) : workers_(workers) {}

  void list_sessions(SessionQuery query, Done<SessionPage> done) override;
  void show_sessions(std::vector<SessionId> ids,
                     Done<std::vector<control::SessionDetail>> done) override;
  void match_sessions(MatchQuery query, Done<MatchedSessions> done) override;
  void close_sessions(CloseOrder order, Done<CloseTally> done) override;
  ClosePlans& close_plans() override { return plans_; }
  ClockReading clocks() const override { return read_clocks(); }
  void closed_sessions(ClosedQuery query, Done<ClosedPage> done) override;

 private:
  WorkerGroup& workers_;
  ClosePlans plans_{system_random()};
};

}  // namespace jetstream::daemon
