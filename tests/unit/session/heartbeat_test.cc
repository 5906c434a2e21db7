// SPDX-License-Identifier: MIT
#include "session/heartbeat.h"

#include <catch2/catch.hpp>

using namespace jetstream;
using namespace jetstream::session;
using namespace std::chrono_literals;

namespace {

constexpr Instant kStart{1000s};

}  // namespace

TEST_CASE("a ping is due after an interval of silence and not a tick before") {
  Heartbeat heartbeat(true, 5s, 3, kStart);
  CHECK(heartbeat.deadline() == kStart + 5s);
  heartbeat.on_timeout(kStart + 5s - 1ns);
  CHECK_FALSE(heartbeat.ping_due());
  heartbeat.on_timeout(kStart + 5s);
  CHECK(heartbeat.ping_due());
  CHECK(heartbeat.take_ping(kStart + 5s) == 1);
  CHECK_FALSE(heartbeat.ping_due());
  CHECK(heartbeat.deadline() == kStart + 10s);
}

TEST_CASE("activity puts the next ping off, but moves no timer") {
  Heartbeat heartbeat(true, 5s, 3, kStart);
  heartbeat.on_activity(kStart + 4999ms);
  CHECK(heartbeat.deadline() == kStart + 5s);
  heartbeat.on_timeout(kStart + 5s);
  CHECK_FALSE(heartbeat.ping_due());
  CHECK(heartbeat.deadline() == kStart + 9999ms);
  heartbeat.on_timeout(kStart + 9999ms - 1ns);
  CHECK_FALSE(heartbeat.ping_due());
  heartbeat.on_timeout(kStart + 9999ms);
  CHECK(heartbeat.ping_due());
}

TEST_CASE("the peer is gone one interval after the last of the missed pings [LIVE-5]") {
  for (const std::uint32_t count : {1u, 3u, 100u}) {
    Heartbeat heartbeat(true, 5s, count, kStart);
    Instant now = kStart;
    for (std::uint64_t ping = 1; ping <= count; ++ping) {
      now += 5s;
      heartbeat.on_timeout(now);
      REQUIRE(heartbeat.ping_due());
      CHECK(heartbeat.take_ping(now) == ping);
      CHECK_FALSE(heartbeat.peer_gone());
    }
    heartbeat.on_timeout(now + 5s - 1ns);
    CHECK_FALSE(heartbeat.peer_gone());
    heartbeat.on_timeout(now + 5s);
    CHECK(heartbeat.peer_gone());
    CHECK(heartbeat.deadline() == kNever);
  }
}

TEST_CASE("any activity makes missed pings good") {
  Heartbeat heartbeat(true, 5s, 3, kStart);
  for (const Duration after : {5s, 10s, 15s}) heartbeat.on_timeout(kStart + after);
  heartbeat.on_activity(kStart + 20s - 1ns);
  heartbeat.on_timeout(kStart + 20s);
  CHECK_FALSE(heartbeat.peer_gone());
  CHECK(heartbeat.deadline() == kStart + 25s - 1ns);
  heartbeat.on_timeout(kStart + 25s - 2ns);
  CHECK_FALSE(heartbeat.peer_gone());
}

TEST_CASE("with a count of 0 the peer is never found gone") {
  Heartbeat heartbeat(true, 100ms, 0, kStart);
  for (int i = 1; i <= 1000; ++i) {
    heartbeat.on_timeout(kStart + i * 100ms);
    REQUIRE(heartbeat.take_ping(kStart + i * 100ms) == static_cast<std::uint64_t>(i));
    REQUIRE_FALSE(heartbeat.peer_gone());
  }
}

TEST_CASE("switched off, only a ping by hand goes out and none is missed") {
  Heartbeat heartbeat(false, 5s, 1, kStart);
  CHECK(heartbeat.deadline() == kNever);
  heartbeat.on_timeout(kStart + 1h);
  CHECK_FALSE(heartbeat.ping_due());
  heartbeat.request();
  CHECK(heartbeat.ping_due());
  CHECK(heartbeat.take_ping(kStart + 1h) == 1);
  heartbeat.on_timeout(kStart + 2h);
  CHECK_FALSE(heartbeat.peer_gone());
}

TEST_CASE("a pong of one of the latest pings is a round trip, once") {
  Heartbeat heartbeat(true, 5s, 3, kStart);
  CHECK_FALSE(heartbeat.on_pong(kStart, 0));
  heartbeat.request();
  CHECK(heartbeat.take_ping(kStart) == 1);
  heartbeat.request();
  CHECK(heartbeat.take_ping(kStart + 10ms) == 2);
  CHECK_FALSE(heartbeat.on_pong(kStart + 20ms, 3));  // one that was never sent
  CHECK(heartbeat.answered() == 0);
  CHECK(heartbeat.on_pong(kStart + 35ms, 2) == std::optional<Duration>(25ms));
  CHECK(heartbeat.answered() == 1);
  CHECK(heartbeat.last_rtt() == 25ms);
  CHECK_FALSE(heartbeat.on_pong(kStart + 60ms, 2));
  CHECK(heartbeat.last_rtt() == 25ms);
  CHECK(heartbeat.answered() == 1);
  // Late, but an answer.
  CHECK(heartbeat.on_pong(kStart + 2s, 1) == std::optional<Duration>(2s));
  CHECK(heartbeat.last_answered() == 1);
  CHECK(heartbeat.answered() == 2);
}

TEST_CASE("a pong is understood of as many pings as are remembered, and of no older one") {
  constexpr std::uint64_t kSent = 10;
  Heartbeat heartbeat(false, 5s, 3, kStart);
  for (std::uint64_t i = 0; i < kSent; ++i) {
    heartbeat.request();
    heartbeat.take_ping(kStart);
  }
  CHECK_FALSE(heartbeat.on_pong(kStart + 1s, kSent - Heartbeat::kRemembered));
  CHECK(heartbeat.on_pong(kStart + 1s, kSent - Heartbeat::kRemembered + 1));
  CHECK(heartbeat.on_pong(kStart + 1s, kSent));
  CHECK_FALSE(heartbeat.on_pong(kStart + 1s, kSent + 1));
  CHECK_FALSE(heartbeat.on_pong(kStart + 1s, UINT64_MAX));
}
