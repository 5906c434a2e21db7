// SPDX-License-Identifier: MIT
#pragma once

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/workers/worker_group.h"
#include "jetstream/time.h"

namespace jetstream::daemon {

/// The one way out of all sessions, whoever asks for it: starts the drain on every worker, watches
/// how far it has come, and says when it is over. Belongs to the main thread.
class DrainControl {
 public:
  enum class State : std::uint8_t {
    kIdle,      ///< Sessions are taken.
    kDraining,  ///< No new ones are taken, and some are left.
    kDrained,   ///< None is left, or the time is up.
  };
  /// Besides what the workers do.
  struct Terms {
    /// The drain is over as soon as no more sessions than this are left.
    std::uint64_t sessions_left = 0;
    /// After which it is cancelled by itself, from its beginning; 0: never.
    Duration hold{};
  };
  struct Progress {
    State state = State::kIdle;
    std::uint64_t at_start = 0;
    std::uint64_t left = 0;
    Duration elapsed{};
    Duration deadline{};
    /// By the pace so far; nullopt if nothing is to be waited for.
    std::optional<Duration> eta;
    /// Until it is cancelled by itself.
    std::optional<Duration> hold_left;
  };

  /// Both must outlive this.
  DrainControl(asio::io_context& io, WorkerGroup& workers)
      : workers_(workers), timer_(io), hold_timer_(io) {}

  /// Begins, or starts over with another plan. `done` is called when it is over, unless another
  /// start() or cancel() comes first.
  void start(const DrainPlan& plan, const Terms& terms, std::string cause,
             std::function<void()> done);
  /// Sessions are taken again. Those that were asked to end still do.
  /// `cause`, for the log: who wants it, or that the time to hold is over.
  void cancel(std::string_view cause);
  /// The process ends: from now on the drain is not cancelled by itself.
  void make_final();
  Progress progress() const;

 private:
  struct Count {
    std::uint64_t sessions = 0;
    std::uint64_t records = 0;
  };
  void look_later();
  void look();
  void on_counted(Count count);
  bool is_over(Count count, Instant now) const;
  void tell_progress();
  void finish();
  void arm_hold();

  WorkerGroup& workers_;
  asio::steady_timer timer_;
  asio::steady_timer hold_timer_;
  State state_ = State::kIdle;
  DrainPlan plan_;
  Terms terms_;
  std::string cause_;
  std::function<void()> done_;
  Instant began_at_{};
  Instant told_at_{};
  Instant logged_at_{};
  std::uint64_t round_ = 0;  // answers that belong to an earlier drain say nothing
  std::uint64_t starts_ = 0;
  bool counted_ = false;
  std::optional<Instant> empty_since_;  ///< When the last session was seen to be gone.
  std::uint64_t at_start_ = 0;
  std::uint64_t left_ = 0;
  std::uint64_t left_when_told_ = 0;
};

/// The same moment, if `left` sessions are left in it: the estimate goes with the count.
DrainControl::Progress with_left(DrainControl::Progress progress, std::uint64_t left);

/// How long `left` of `at_start` sessions will take, if it goes on as in `elapsed`, and not longer
/// than `rest`.
Duration estimate(std::uint64_t at_start, std::uint64_t left, Duration elapsed, Duration rest);

}  // namespace jetstream::daemon
