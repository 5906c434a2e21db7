// SPDX-License-Identifier: MIT
#pragma once

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

#include "daemon/health/clock_watch.h"
#include "daemon/health/health_checks.h"
#include "daemon/health/loop_watch.h"
#include "daemon/health/status_line.h"
#include "daemon/process/clock_reading.h"
#include "daemon/workers/app_state.h"
#include "daemon/workers/worker_group.h"

namespace jetstream::daemon {

/// Where the server's key comes from.
struct KeyPlace {
  std::filesystem::path path;
  unsigned forbidden_mode = 0077;  ///< Bits that it must not have.
};

/// Looks after the daemon once a second: has every worker tell its figures, checks them, tells the
/// log and the service manager, and keeps a snapshot for whoever asks. However many ask and however
/// often, the workers are asked once a second; one that hangs is asked no more until it answers.
/// Belongs to the main thread.
class HealthMonitor {
 public:
  using OnSnapshot = std::function<void(std::shared_ptr<const Snapshot>)>;
  using OnFigures = std::function<void(const Snapshot&)>;

  /// All must outlive the monitor.
  HealthMonitor(asio::io_context& io, WorkerGroup& workers, const Config& config,
                const AppState& state);

  /// Begins, once the workers run.
  void start(const ClockReading& started_at, KeyPlace key, std::string ids_trouble);
  /// Whenever there are news: a new snapshot at least once a second.
  void on_snapshot(OnSnapshot listener) { on_snapshot_ = std::move(listener); }
  /// Once a second, when all workers have told their figures.
  void on_figures(OnFigures listener) { on_figures_ = std::move(listener); }
  /// What only others know is filled in by them, before the checks. Before start().
  void describe_by(std::function<void(Snapshot&)> fill) { fill_ = std::move(fill); }
  /// The daemon's state has changed: checks with the last figures, at once.
  void refresh();

  /// Never null after start().
  std::shared_ptr<const Snapshot> snapshot() const { return snapshot_; }

 private:
  void tick();
  void tick_later();
  void ask_workers();
  void take(std::size_t worker, std::vector<ListenerFigures> figures);
  HealthFacts facts(Instant now);
  void tell_changes(Instant now);
  void tell_manager(Instant now);

  WorkerGroup& workers_;
  const Config& config_;
  const AppState& state_;
  asio::steady_timer timer_;
  OnSnapshot on_snapshot_;
  OnFigures on_figures_;
  std::function<void(Snapshot&)> fill_;
  ClockReading started_at_{};
  KeyPlace key_;

  LoopWatch loop_watch_;
  std::optional<Watchdog> watchdog_;
  std::uint64_t ticks_ = 0;
  ClockWatch clock_watch_;
  std::optional<Duration> clock_step_;
  std::vector<PeerAddress> gateways_;
  std::string key_trouble_;
  std::string ids_trouble_;
  HealthChecks checks_;
  StatusLine status_line_;

  std::vector<std::vector<ListenerFigures>> figures_;  // by worker
  std::vector<bool> asked_;                            // and not answered yet
  std::shared_ptr<const Snapshot> snapshot_;
};

}  // namespace jetstream::daemon
