// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "daemon/limit_admin.h"
#include "daemon/worker_group.h"

namespace jetstream::daemon {

/// Tells what the rate limits are and do. Belongs to the main thread.
class AppLimits final : public LimitAdmin {
 public:
  AppLimits(WorkerGroup& workers, const Config& config) : workers_(workers), config_(config) {}

  void limits(std::vector<SessionId> ids, Done<LimitsPage> done) override;

 private:
  void daemon_limits(LimitsPage page, Done<LimitsPage> done);

  WorkerGroup& workers_;
  const Config& config_;
};

}  // namespace jetstream::daemon
