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
  const std::size_t each = std::max<std::size_t>(1, (sessions + steps - 1) / steps);
  if (hurried) return {std::max(kHurried, each), kPause};
  // As many as are needed: each asks a whole number of sessions, which may be fewer steps.
  const std::size_t needed = std::max<std::size_t>(1, (sessions + each - 1) / each);
  return {each, pace / static_cast<Duration::rep>(needed)};
}

}  // namespace jetstream::daemon
