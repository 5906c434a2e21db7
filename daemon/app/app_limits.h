// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "daemon/admin/limit_admin.h"
#include "daemon/app/limit_usage.h"
#include "daemon/workers/worker_group.h"

namespace jetstream::daemon {

/// Tells what the rate limits are and do. Belongs to the main thread.
class AppLimits final : public LimitAdmin {
 public:
  AppLimits(WorkerGroup& workers, const Config& config);

  void limits(std::vector<SessionId> ids, Done<LimitsPage> done) override;
  void suggest(Done<LimitSuggestionsPage> done) override;

  /// About once a second, with the counters of all endpoints.
  void look(const EndpointStats& total);

 private:
  /// Has the endpoints tell what was asked of them since the last time, and then goes on.
  void gather(std::function<void()> then);
  void daemon_limits(LimitsPage page, Done<LimitsPage> done);

  WorkerGroup& workers_;
  const Config& config_;
  LimitUsage usage_;
  EndpointStats total_;
  bool gathering_ = false;
};

}  // namespace jetstream::daemon
