// SPDX-License-Identifier: MIT
#include "daemon/workers/drain_steps.h"

#include <catch2/catch.hpp>

using namespace jetstream;
using namespace jetstream::daemon;
using namespace std::chrono_literals;

namespace {

// How long it takes until the last session is asked.
Duration asked_within(std::size_t sessions, Duration pace, bool hurried) {
  const DrainSteps steps = drain_steps(sessions, pace, hurried);
  REQUIRE(steps.sessions > 0);
  Duration time{};
  for (std::size_t left = sessions; left > steps.sessions; left -= steps.sessions) {
    time += steps.pause;
  }
  return time;
}

}  // namespace

TEST_CASE("many sessions are asked over the whole pace") {
  CHECK(asked_within(100'000, 5s, true) <= 5s);
  CHECK(asked_within(100'000, 5s, true) > 4800ms);
  for (const std::size_t sessions : {40, 41, 42, 80, 102, 1000, 100'000}) {
    INFO(sessions);
    CHECK(asked_within(sessions, 10s, false) <= 10s);
    CHECK(asked_within(sessions, 10s, false) > 9700ms);
  }
}

TEST_CASE("few sessions take less, unless the pace was ordered") {
  CHECK(asked_within(20, 4s, true) == 0s);
  CHECK(asked_within(21, 4s, true) == 100ms);
  CHECK(asked_within(6, 4s, false) > 3s);
  CHECK(asked_within(6, 4s, false) < 4s);
  CHECK(asked_within(1, 4s, false) == 0s);
}

TEST_CASE("without a pace all are asked at once") {
  CHECK(asked_within(100'000, 0s, true) == 0s);
  CHECK(asked_within(100'000, 0s, false) == 0s);
  CHECK(asked_within(0, 4s, false) == 0s);
}
