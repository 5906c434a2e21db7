// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>

#include "daemon/app_state.h"
#include "daemon/clock_reading.h"
#include "daemon/daemon_admin.h"
#include "daemon/worker_group.h"

namespace jetstream::daemon {

/// What the daemon knows about itself besides its sessions.
struct DaemonFacts {
  std::string identity;  ///< Fingerprint.
  std::string config_path;
  std::string config_digest;  ///< Of the file's content.
  ClockReading started;
};

/// Answers for the daemon as a whole. Belongs to the main thread.
class AppDaemon final : public DaemonAdmin {
 public:
  /// `stop` begins the shutdown; false if it was under way already.
  AppDaemon(WorkerGroup& workers, const Config& config, const AppState& state, DaemonFacts facts,
            std::function<bool(bool now)> stop)
      : workers_(workers),
        config_(config),
        state_(state),
        facts_(std::move(facts)),
        stop_(std::move(stop)) {}

  void status(Done<control::StatusReport> done) override;
  void stop(bool now, Done<StopOutcome> done) override;

 private:
  WorkerGroup& workers_;
  const Config& config_;
  const AppState& state_;
  DaemonFacts facts_;
  std::function<bool(bool)> stop_;
};

}  // namespace jetstream::daemon
