// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

#include "jetstream/time.h"

namespace jetstream::daemon {

/// How a worker spreads a drain over time: so many sessions are asked, then there is a pause.
struct DrainSteps {
  std::size_t sessions = 0;
  Duration pause{};
};

/// `hurried`: with at least 20 sessions a step, since a small server need not take all the time
/// that a large one does.
inline DrainSteps drain_steps(std::size_t sessions, Duration pace, bool hurried) {
  constexpr Duration kPause = std::chrono::milliseconds(100);
  constexpr std::size_t kHurried = 20;
  const auto steps = static_cast<std::size_t>(pace / kPause) + 1;
  const std::size_t each = (sessions + steps - 1) / steps;
  if (hurried) return {std::max(kHurried, each), kPause};
  if (sessions == 0 || sessions >= steps) return {std::max<std::size_t>(1, each), kPause};
  return {1, pace / static_cast<Duration::rep>(sessions)};
}

}  // namespace jetstream::daemon
