// SPDX-License-Identifier: MIT
//
// When the limits of a session that rests need not be kept.
#include "endpoint/session_limits.h"

#include <catch2/catch.hpp>

using namespace jetstream;
using namespace jetstream::endpoint;
using namespace std::chrono_literals;

namespace {

constexpr Instant kStart{1000s};
constexpr RateLimits kLimits{.messages_per_second = 10, .bytes_per_second = 1000};

SessionLimits fresh() { return {kStart, kLimits, 1000}; }

}  // namespace

TEST_CASE("limits are as new once every bucket is full again, and not a moment before") {
  SessionLimits limits = fresh();
  CHECK(limits.is_as_new(kStart));
  limits.charge(kStart, Flow::kReceived, {.messages = 1, .bytes = 500});
  CHECK_FALSE(limits.is_as_new(kStart));
  CHECK_FALSE(limits.is_as_new(kStart + 500ms - 1ns));
  CHECK(limits.is_as_new(kStart + 500ms));
  limits.charge(kStart + 1s, Flow::kSent, {.messages = 10, .bytes = 0});
  CHECK_FALSE(limits.is_as_new(kStart + 2s - 1ns));
  CHECK(limits.is_as_new(kStart + 2s));
}

TEST_CASE("what is off needs no time to be as new") {
  SessionLimits limits(kStart, {.messages_per_second = 0, .bytes_per_second = 1000}, 1000);
  limits.charge(kStart, Flow::kSent, {.messages = 1000, .bytes = 0});
  CHECK(limits.is_as_new(kStart));
}

TEST_CASE("limits that somebody waits for or was told of are kept") {
  SessionLimits waiting = fresh();
  waiting.waiting(Flow::kSent).wait(StreamId(1), {.messages = 1, .bytes = 1});
  CHECK_FALSE(waiting.is_as_new(kStart + 1h));

  SessionLimits noted = fresh();
  noted.note(RateLimit::kSessionMessagesReceived, StreamId(1));
  CHECK_FALSE(noted.is_as_new(kStart + 1h));
  REQUIRE(noted.poll_event());
  CHECK_FALSE(noted.is_as_new(kStart + 1h));  // how often is asked for as long as it lives
  CHECK(noted.times_limited() == 1);
}
