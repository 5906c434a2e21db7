// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>

namespace jetstream {

/// The clock of the protocol core. It has no now(): below the I/O driver nobody can read the time,
/// it is passed into every call. That is what lets tests and the simulator run on virtual time.
struct ProtocolClock {
  using rep = std::int64_t;
  using period = std::nano;
  using duration = std::chrono::duration<rep, period>;
  using time_point = std::chrono::time_point<ProtocolClock>;
  static constexpr bool is_steady = true;
};

using Duration = ProtocolClock::duration;

/// A point on the driver's monotonic clock. Only differences mean anything. The values handed to
/// one Endpoint never decrease.
using Instant = ProtocolClock::time_point;

/// Later than every deadline: "no timer is armed".
inline constexpr Instant kNever = Instant::max();

}  // namespace jetstream
