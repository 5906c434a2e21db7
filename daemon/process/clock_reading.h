// SPDX-License-Identifier: MIT
#pragma once

#include "jetstream/control.h"
#include "jetstream/time.h"

namespace jetstream::daemon {

/// The same moment on both clocks: sessions keep time on the one that people can't read.
struct ClockReading {
  Instant now;
  control::UnixTime wall;
};

/// The same moment on two clocks that both go on while the machine sleeps.
struct WallReading {
  Duration since_boot;
  Duration since_1970;
};
WallReading read_wall_clock();

/// The monotonic and the wall clock, read together.
ClockReading read_clocks();

}  // namespace jetstream::daemon
