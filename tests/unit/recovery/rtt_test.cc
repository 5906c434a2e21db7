// SPDX-License-Identifier: MIT
#include "recovery/rtt.h"

#include <catch2/catch.hpp>

using jetstream::Duration;
using jetstream::recovery::Rtt;
using namespace std::chrono_literals;

TEST_CASE("before a sample the round trip time is assumed to be 333 ms") {
  Rtt rtt;
  CHECK_FALSE(rtt.has_sample());
  CHECK(rtt.smoothed() == 333ms);
  CHECK(rtt.probe_timeout(25ms) == 333ms + 4 * 166'500us + 25ms);
  CHECK(rtt.min() == Duration::zero());
}

TEST_CASE("the first sample is taken as it is, without the delay") {
  Rtt rtt;
  rtt.add_sample(100ms, 25ms);
  CHECK(rtt.smoothed() == 100ms);
  CHECK(rtt.variation() == 50ms);
  CHECK(rtt.min() == 100ms);
  CHECK(rtt.latest() == 100ms);
}

TEST_CASE("later samples are smoothed, less the delay of the acknowledgement") {
  Rtt rtt;
  rtt.add_sample(100ms, 0ms);
  rtt.add_sample(140ms, 24ms);
  CHECK(rtt.variation() == 41'500us);
  CHECK(rtt.smoothed() == (7 * Duration(100ms) + Duration(116ms)) / 8);
  CHECK(rtt.latest() == 140ms);
}

TEST_CASE("a delay that would undercut the minimum is ignored") {
  Rtt at_minimum;
  at_minimum.add_sample(100ms, 0ms);
  at_minimum.add_sample(120ms, 20ms);
  CHECK(at_minimum.smoothed() == 100ms);

  Rtt below;
  below.add_sample(100ms, 0ms);
  below.add_sample(120ms, 21ms);
  CHECK(below.smoothed() == (7 * Duration(100ms) + Duration(120ms)) / 8);
}

TEST_CASE("time-outs never fall below the granularity") {
  Rtt rtt;
  rtt.add_sample(10us, 0us);
  CHECK(rtt.loss_delay() == 1ms);
  CHECK(rtt.probe_timeout(0ms) == 1ms + 10us);
}

TEST_CASE("the loss delay follows the larger of smoothed and latest") {
  Rtt rtt;
  rtt.add_sample(80ms, 0ms);
  CHECK(rtt.loss_delay() == 90ms);
  rtt.add_sample(160ms, 0ms);
  CHECK(rtt.loss_delay() == 180ms);
  rtt.add_sample(8ms, 0ms);
  CHECK(rtt.loss_delay() == rtt.smoothed() * 9 / 8);
  rtt.forget_min();
  CHECK(rtt.min() == 8ms);
}
