// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>

#include "daemon/access/access_control.h"
#include "daemon/admin/daemon_admin.h"
#include "daemon/admin/log_admin.h"
#include "daemon/app/config_reload.h"
#include "daemon/health/health_monitor.h"
#include "daemon/process/clock_reading.h"
#include "daemon/workers/app_state.h"
#include "daemon/workers/worker_group.h"

namespace jetstream::daemon {

/// What the daemon knows about itself besides its sessions.
struct DaemonFacts {
  std::string identity;  ///< Fingerprint.
  ClockReading started;
};

/// Answers for the daemon as a whole. Belongs to the main thread.
class AppDaemon final : public DaemonAdmin {
 public:
  /// `stop` begins the shutdown; false if it was under way already.
  AppDaemon(WorkerGroup& workers, const ConfigStore& configs, const ConfigReload& reload,
            const AppState& state, const HealthMonitor& health, const LogAdmin& log,
            const AccessControl& access, DaemonFacts facts, std::function<bool(bool now)> stop)
      : workers_(workers),
        configs_(configs),
        reload_(reload),
        state_(state),
        health_(health),
        log_(log),
        access_(access),
        facts_(std::move(facts)),
        stop_(std::move(stop)) {}

  void status(Done<control::StatusReport> done) override;
  void stop(bool now, Done<StopOutcome> done) override;

 private:
  void fill_config(control::StatusReport& report) const;

  WorkerGroup& workers_;
  const ConfigStore& configs_;
  const ConfigReload& reload_;
  const AppState& state_;
  const HealthMonitor& health_;
  const LogAdmin& log_;
  const AccessControl& access_;
  DaemonFacts facts_;
  std::function<bool(bool)> stop_;
};

}  // namespace jetstream::daemon
