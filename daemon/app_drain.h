// SPDX-License-Identifier: MIT
#pragma once

#include "daemon/app_state.h"
#include "daemon/drain_admin.h"
#include "daemon/drain_control.h"
#include "daemon/worker_group.h"

namespace jetstream::daemon {

/// The plan that the configuration has for drains and stops.
DrainPlan drain_plan(const Config& config);

/// Drains on an operator's behalf. Belongs to the main thread.
class AppDrain final : public DrainAdmin {
 public:
  AppDrain(WorkerGroup& workers, DrainControl& drain, const Config& config, const AppState& state)
      : workers_(workers), drain_(drain), config_(config), state_(state) {}

  void drain_start(std::optional<std::chrono::milliseconds> deadline,
                   Done<DrainAnswer> done) override;
  void drain_cancel(Done<DrainAnswer> done) override;
  void drain_status(Done<DrainAnswer> done) override;

 private:
  control::DrainReport drain_report() const;

  WorkerGroup& workers_;
  DrainControl& drain_;
  const Config& config_;
  const AppState& state_;
};

}  // namespace jetstream::daemon
