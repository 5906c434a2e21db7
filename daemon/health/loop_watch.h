// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "jetstream/time.h"

namespace jetstream::daemon {

/// A loop that has not moved for so long is stalled: five beats (LoopProgress::kBeat), which no
/// turn takes even on a machine that is far too busy.
inline constexpr Duration kStalledAfter = std::chrono::seconds(5);

/// Tells from the counters of all loops which of them have stopped. Takes no time itself.
class LoopWatch {
 public:
  /// `turns`: LoopProgress::turns() of every loop, always in the same order and number.
  void look(Instant now, std::span<const std::uint64_t> turns);
  /// Those that have shown no progress for kStalledAfter, by index.
  std::vector<std::size_t> stalled(Instant now) const;

 private:
  struct Loop {
    std::uint64_t turns = 0;
    Instant moved_at;
  };
  std::vector<Loop> loops_;
};

/// When the service manager hears that the daemon is well (sd_watchdog_enabled(3)): not before
/// every loop has moved since it heard it last. It ends the process if it hears nothing for its
/// time, so a worker that hangs is not covered up by the others.
class Watchdog {
 public:
  /// `patience`: WATCHDOG_USEC, within which it has to hear. At least four beats, since loops that
  /// have nothing to do move once a beat.
  explicit Watchdog(Duration patience) : interval_(patience / 4) {}
  /// Whether to tell it now. To be asked at least once a beat.
  bool due(Instant now, std::span<const std::uint64_t> turns);

 private:
  Duration interval_;
  std::optional<Instant> told_at_;
  std::vector<std::uint64_t> told_;
};

}  // namespace jetstream::daemon
