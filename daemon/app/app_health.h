// SPDX-License-Identifier: MIT
#pragma once

#include <asio/steady_timer.hpp>
#include <list>

#include "daemon/admin/health_admin.h"
#include "daemon/admin/session_counts.h"
#include "daemon/health/health_monitor.h"
#include "daemon/workers/app_state.h"

namespace jetstream::daemon {

/// How the daemon is, for operators, and those who wait until it is so or so. Belongs to the main
/// thread.
class AppHealth final : public HealthAdmin {
 public:
  /// Who may wait at the same time: more than the admin socket has connections.
  static constexpr std::size_t kWaitersMax = 64;

  AppHealth(asio::io_context& io, WorkerGroup& workers, HealthMonitor& monitor,
            const AppState& state)
      : workers_(workers), monitor_(monitor), state_(state), timer_(io) {}

  HealthAnswer health() override;
  std::string metrics() override;
  std::vector<control::StatRow> stats() override;
  std::uint64_t wait(const WaitFor& what, std::chrono::milliseconds timeout,
                     Done<std::optional<control::WaitReport>> done) override;
  void forget(std::uint64_t waiter) override;

  /// Something has changed that somebody may wait for.
  void look();

 private:
  struct Waiter {
    std::uint64_t number = 0;
    WaitFor what;
    Instant began_at;
    Instant ends_at;
    SessionCounts::Moment asked_at = 0;
    Done<std::optional<control::WaitReport>> done;
  };
  bool holds(const Waiter& waiter) const;
  std::uint64_t sessions_for(const Waiter& waiter) const;
  void look_later();
  void count_sessions();

  WorkerGroup& workers_;
  HealthMonitor& monitor_;
  const AppState& state_;
  asio::steady_timer timer_;
  bool looking_ = false;
  std::list<Waiter> waiters_;
  std::uint64_t next_waiter_ = 1;
  SessionCounts counts_;  // made for those who wait
};

}  // namespace jetstream::daemon
