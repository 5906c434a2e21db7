// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>

#include "jetstream/time.h"

namespace jetstream::daemon {

/// Whether a thread's loop gets on, for other threads to look at. The loop alone writes; everybody
/// may read. Relaxed throughout: what is read may be a moment old, and orders nothing.
class LoopProgress {
 public:
  /// How often a loop that has nothing to do says that it could.
  static constexpr Duration kBeat = std::chrono::seconds(1);

  /// The loop has come round once more.
  void turn() {
    turns_.store(turns_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }
  /// A beat came so much later than it should have: other work held it up.
  void late_by(Duration lag) { lag_.store(lag.count(), std::memory_order_relaxed); }

  std::uint64_t turns() const { return turns_.load(std::memory_order_relaxed); }
  Duration lag() const { return Duration(lag_.load(std::memory_order_relaxed)); }

 private:
  std::atomic<std::uint64_t> turns_ = 0;
  std::atomic<Duration::rep> lag_ = 0;
};

}  // namespace jetstream::daemon
