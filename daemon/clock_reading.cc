// SPDX-License-Identifier: MIT
#include "daemon/clock_reading.h"

#include <chrono>

#include "net/clock.h"

namespace jetstream::daemon {

ClockReading read_clocks() {
  const auto wall = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::system_clock::now().time_since_epoch());
  return {net::clock_now(), control::UnixTime(wall.count())};
}

}  // namespace jetstream::daemon
