// SPDX-License-Identifier: MIT
#include "daemon/process/clock_reading.h"

#include <chrono>
#include <ctime>

#include "net/clock.h"

namespace jetstream::daemon {

namespace {

Duration read_clock(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

WallReading read_wall_clock() { return {read_clock(CLOCK_BOOTTIME), read_clock(CLOCK_REALTIME)}; }

ClockReading read_clocks() {
  const auto wall = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::system_clock::now().time_since_epoch());
  return {net::clock_now(), control::UnixTime(wall.count())};
}

}  // namespace jetstream::daemon
