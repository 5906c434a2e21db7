// SPDX-License-Identifier: MIT
#include "recovery/new_reno.h"

#include <catch2/catch.hpp>

using jetstream::Instant;
using jetstream::recovery::NewReno;
using namespace std::chrono_literals;

namespace {

constexpr Instant kStart{1s};

}  // namespace

TEST_CASE("the initial window follows RFC 9002 7.2 [ACK-9]") {
  CHECK(NewReno::initial_window(1200) == 12'000);
  CHECK(NewReno::initial_window(1472) == 14'720);
  CHECK(NewReno::initial_window(1500) == 14'720);
  CHECK(NewReno::initial_window(8972) == 17'944);
  CHECK(NewReno::initial_window(65'487) == 130'974);
}

TEST_CASE("slow start grows by what was acknowledged, unless the window was not used") {
  NewReno reno(1200);
  reno.on_acked(kStart, 1200, false);
  reno.on_acked(kStart, 300, false);
  CHECK(reno.window() == 13'500);
  reno.on_acked(kStart, 1200, true);
  CHECK(reno.window() == 13'500);
}

TEST_CASE("losses halve the window once for all packets of the same flight") {
  NewReno reno(1200);
  reno.on_lost(kStart + 100ms, kStart);
  CHECK(reno.window() == 6000);
  CHECK(reno.slow_start_threshold() == 6000);
  reno.on_lost(kStart + 150ms, kStart + 100ms);
  CHECK(reno.window() == 6000);
  reno.on_acked(kStart + 100ms, 6000, false);
  CHECK(reno.window() == 6000);
  reno.on_lost(kStart + 200ms, kStart + 100ms + 1ns);
  CHECK(reno.window() == 3000);
}

TEST_CASE("congestion avoidance grows by a datagram for each window acknowledged") {
  NewReno reno(1200);
  reno.on_lost(kStart, kStart);
  REQUIRE(reno.window() == 6000);
  reno.on_acked(kStart + 1ms, 5999, false);
  CHECK(reno.window() == 6000);
  reno.on_acked(kStart + 1ms, 1, false);
  CHECK(reno.window() == 7200);
  reno.on_acked(kStart + 1ms, 7200, true);
  CHECK(reno.window() == 7200);
}

TEST_CASE("the window never falls below two datagrams") {
  NewReno reno(1200);
  for (int i = 0; i < 10; ++i) reno.on_lost(kStart + i * 2ms, kStart + i * 2ms);
  CHECK(reno.window() == 2400);
}

TEST_CASE("persistent congestion starts over from the minimum in slow start") {
  NewReno reno(1200);
  reno.on_lost(kStart + 5s, kStart + 4s);
  reno.on_persistent_congestion();
  CHECK(reno.window() == 2400);
  CHECK(reno.slow_start_threshold() == 6000);
  reno.on_acked(kStart + 4s, 2400, false);
  CHECK(reno.window() == 4800);
}

TEST_CASE("a larger datagram raises the window to its initial one, a smaller one takes nothing") {
  NewReno reno(1200);
  reno.set_datagram_bytes(65'487);
  CHECK(reno.window() == 130'974);
  reno.set_datagram_bytes(1200);
  CHECK(reno.window() == 130'974);
  reno.on_acked(kStart, 100'000, false);
  reno.set_datagram_bytes(1472);
  CHECK(reno.window() == 230'974);
}
