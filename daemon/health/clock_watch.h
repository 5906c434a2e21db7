// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "jetstream/time.h"

namespace jetstream::daemon {

/// A wall clock that moves so much against the time since boot between two looks was set by
/// somebody. A time service that slews takes half an hour for a second.
inline constexpr Duration kClockStep = std::chrono::seconds(1);

/// Notices that the wall clock was set.
class ClockWatch {
 public:
  /// `boot`: time since boot, sleep included, so that a machine that slept is no step. `wall`:
  /// since 1970. By how much it was set since the last look, if it was.
  std::optional<Duration> look(Duration boot, Duration wall) {
    const Duration offset = wall - boot;
    const Duration step = offset_ ? offset - *offset_ : Duration::zero();
    offset_ = offset;
    if (step < kClockStep && step > -kClockStep) return std::nullopt;
    return step;
  }

 private:
  std::optional<Duration> offset_;
};

}  // namespace jetstream::daemon
