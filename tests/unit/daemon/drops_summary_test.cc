// SPDX-License-Identifier: MIT
#include "daemon/drops_summary.h"

#include <catch2/catch.hpp>

using namespace jetstream;
using daemon::summarize_drops;

TEST_CASE("what was dropped is told by reason, and only what is new") {
  EndpointStats before;
  before.drops[static_cast<std::size_t>(DropReason::kMalformed)] = 5;
  CHECK_FALSE(summarize_drops(before, before));
  EndpointStats now = before;
  now.drops[static_cast<std::size_t>(DropReason::kMalformed)] = 8;
  now.drops[static_cast<std::size_t>(DropReason::kTooShort)] = 1;
  const auto summary = summarize_drops(before, now);
  REQUIRE(summary);
  CHECK(summary->packets == 4);
  CHECK(summary->reasons == "too_short 1,malformed 3");
  CHECK(summary->handshakes_failed == 0);
}

TEST_CASE("failed handshakes are told even if nothing was dropped") {
  EndpointStats now;
  now.handshakes_failed = 2;
  const auto summary = summarize_drops({}, now);
  REQUIRE(summary);
  CHECK(summary->packets == 0);
  CHECK(summary->reasons.empty());
  CHECK(summary->handshakes_failed == 2);
}
