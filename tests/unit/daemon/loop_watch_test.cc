// SPDX-License-Identifier: MIT
#include "daemon/health/loop_watch.h"

#include <array>
#include <catch2/catch.hpp>

using namespace jetstream;
using namespace jetstream::daemon;
using namespace std::chrono_literals;

namespace {

using Turns = std::array<std::uint64_t, 3>;  // the main loop and two workers

}  // namespace

TEST_CASE("A loop is stalled once it has not moved for five seconds, and only that one") {
  LoopWatch watch;
  const Instant start{100s};
  watch.look(start, Turns{1, 1, 1});
  watch.look(start + kStalledAfter - 1ns, Turns{5, 1, 5});
  CHECK(watch.stalled(start + kStalledAfter - 1ns).empty());
  CHECK(watch.stalled(start + kStalledAfter) == std::vector<std::size_t>{1});
  watch.look(start + 6s, Turns{6, 2, 6});
  CHECK(watch.stalled(start + 6s).empty());
}

TEST_CASE("A loop that has never moved is given the same time from the first look on") {
  LoopWatch watch;
  const Instant start{100s};
  watch.look(start, Turns{});
  CHECK(watch.stalled(start + kStalledAfter - 1ns).empty());
  CHECK(watch.stalled(start + kStalledAfter).size() == 3);
}

TEST_CASE("The service manager hears of it four times within its patience") {
  Watchdog watchdog(20s);
  const Instant start{100s};
  CHECK(watchdog.due(start, Turns{1, 1, 1}));
  CHECK_FALSE(watchdog.due(start + 5s - 1ns, Turns{2, 2, 2}));
  CHECK(watchdog.due(start + 5s, Turns{2, 2, 2}));
  CHECK_FALSE(watchdog.due(start + 5s, Turns{3, 3, 3}));
  CHECK(watchdog.due(start + 10s, Turns{3, 3, 3}));
}

TEST_CASE("It hears nothing as long as one loop stands still, whichever that is") {
  const std::size_t stuck = GENERATE(0u, 1u, 2u);
  Watchdog watchdog(20s);
  Instant now{100s};
  Turns turns{1, 1, 1};
  REQUIRE(watchdog.due(now, turns));
  for (int second = 0; second < 60; ++second) {
    now += 1s;
    for (std::size_t i = 0; i < turns.size(); ++i) turns[i] += i == stuck ? 0 : 1000;
    CHECK_FALSE(watchdog.due(now, turns));
  }
  ++turns[stuck];
  // The others have moved long since.
  CHECK(watchdog.due(now, turns));
}
