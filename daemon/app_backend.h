// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>

#include "daemon/admin_backend.h"
#include "daemon/admin_rows.h"
#include "daemon/drain_control.h"
#include "daemon/worker_group.h"

namespace jetstream::daemon {

/// What the daemon knows about itself besides its sessions.
struct DaemonFacts {
  std::string identity;  ///< Fingerprint.
  std::string config_path;
  std::string config_digest;  ///< Of the file's content.
  ClockReading started;
};

/// Answers the admin socket from the workers. Belongs to the main thread.
class AppBackend final : public AdminBackend {
 public:
  /// `stop` begins the shutdown; false if it was under way already.
  AppBackend(WorkerGroup& workers, DrainControl& drain, const Config& config, DaemonFacts facts,
             std::function<bool(bool now)> stop)
      : workers_(workers),
        drain_(drain),
        config_(config),
        facts_(std::move(facts)),
        stop_(std::move(stop)) {}

  void status(Done<control::StatusReport> done) override;
  void list_sessions(const SessionQuery& query, Done<SessionPage> done) override;
  void show_sessions(std::vector<SessionId> ids,
                     Done<std::vector<control::SessionDetail>> done) override;
  void limits(std::vector<SessionId> ids, Done<LimitsPage> done) override;
  void close_sessions(CloseOrder order, Done<std::vector<control::CloseRow>> done) override;
  void closed_sessions(std::size_t limit, Done<ClosedPage> done) override;
  void drain_start(std::optional<std::chrono::milliseconds> deadline,
                   Done<DrainAnswer> done) override;
  void drain_cancel(Done<DrainAnswer> done) override;
  void drain_status(Done<DrainAnswer> done) override;
  void stop(bool now, Done<StopOutcome> done) override;
  LogLevel log_level(std::optional<LogLevel> level) override;

  void set_stopping() { stopping_ = true; }

 private:
  std::string_view state() const;
  control::DrainReport drain_report() const;
  void daemon_limits(LimitsPage page, Done<LimitsPage> done);

  WorkerGroup& workers_;
  DrainControl& drain_;
  const Config& config_;
  DaemonFacts facts_;
  std::function<bool(bool)> stop_;
  bool stopping_ = false;
};

/// The plan that the configuration has for drains and stops.
DrainPlan drain_plan(const Config& config);

/// The monotonic and the wall clock, read together.
ClockReading read_clocks();

}  // namespace jetstream::daemon
