// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>

#include "jetstream/time.h"

namespace jetstream::net {

/// The only place where the library reads a clock. It never goes back, and stands still while the
/// machine sleeps.
inline Instant clock_now() {
  return Instant(
      std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch()));
}

/// The same moment for Asio's timers.
inline std::chrono::steady_clock::time_point to_steady(Instant instant) {
  return std::chrono::steady_clock::time_point(
      std::chrono::duration_cast<std::chrono::steady_clock::duration>(instant.time_since_epoch()));
}

}  // namespace jetstream::net
