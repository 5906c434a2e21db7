// SPDX-License-Identifier: MIT
#pragma once

#include <functional>

#include "daemon/admin/drain_admin.h"
#include "daemon/workers/app_state.h"
#include "daemon/workers/drain_control.h"
#include "daemon/workers/worker_group.h"

namespace jetstream::daemon {

/// The plan that the configuration has for drains and stops.
DrainPlan drain_plan(const Config& config);

/// Drains on an operator's behalf. Belongs to the main thread.
class AppDrain final : public DrainAdmin {
 public:
  /// `stop` closes what is left and ends the process.
  AppDrain(WorkerGroup& workers, DrainControl& drain, const Config& config, const AppState& state,
           std::function<void()> stop)
      : workers_(workers), drain_(drain), config_(config), state_(state), stop_(std::move(stop)) {}

  void drain_start(const DrainOrder& order, Done<DrainAnswer> done) override;
  void drain_cancel(Done<DrainAnswer> done) override;
  void drain_status(Done<DrainAnswer> done) override;

 private:
  control::DrainReport drain_report(const DrainControl::Progress& progress) const;

  WorkerGroup& workers_;
  DrainControl& drain_;
  const Config& config_;
  const AppState& state_;
  std::function<void()> stop_;
  control::DrainEnd then_ = control::DrainEnd::kHold;
};

}  // namespace jetstream::daemon
