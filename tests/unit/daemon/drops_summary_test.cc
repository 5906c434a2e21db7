// SPDX-License-Identifier: MIT
#include "daemon/log/drops_summary.h"

#include <catch2/catch.hpp>

using namespace jetstream;
using daemon::PeerAddresses;

namespace {

std::optional<daemon::DropsSummary> summary_of(const EndpointStats& before,
                                               const EndpointStats& now,
                                               const std::vector<DropSource>& sources = {},
                                               PeerAddresses shown = PeerAddresses::kFull) {
  return daemon::summarize_drops(before, now, sources, shown);
}

DropSource source(std::string_view network, std::uint64_t drops) {
  return {parse_address_block(network).value(), drops};
}

}  // namespace

TEST_CASE("what was dropped is told by reason, and only what is new") {
  EndpointStats before;
  before.drops[static_cast<std::size_t>(DropReason::kMalformed)] = 5;
  CHECK_FALSE(summary_of(before, before));
  EndpointStats now = before;
  now.drops[static_cast<std::size_t>(DropReason::kMalformed)] = 8;
  now.drops[static_cast<std::size_t>(DropReason::kTooShort)] = 1;
  const auto summary = summary_of(before, now);
  REQUIRE(summary);
  CHECK(summary->packets == 4);
  CHECK(summary->reasons == "too_short 1,malformed 3");
  CHECK(summary->handshakes_failed == 0);
}

TEST_CASE("failed handshakes are told even if nothing was dropped") {
  EndpointStats now;
  now.handshakes_failed = 2;
  const auto summary = summary_of({}, now);
  REQUIRE(summary);
  CHECK(summary->packets == 0);
  CHECK(summary->reasons.empty());
  CHECK(summary->handshakes_failed == 2);
}

TEST_CASE("the busiest networks are told, over all workers, and not too many of them") {
  EndpointStats now;
  now.drops[static_cast<std::size_t>(DropReason::kMalformed)] = 100;
  std::vector<DropSource> sources = {source("192.0.2.0/24", 3), source("2001:db8:1::/48", 5),
                                     source("192.0.2.0/24", 4)};
  CHECK(summary_of({}, now, sources)->networks == "192.0.2.0/24 7,2001:db8:1::/48 5");
  for (int i = 1; i <= 9; ++i) {
    sources.push_back(source("10.0." + std::to_string(i) + ".0/24", 20));
  }
  CHECK(summary_of({}, now, sources)->networks ==
        "10.0.1.0/24 20,10.0.2.0/24 20,10.0.3.0/24 20,10.0.4.0/24 20,10.0.5.0/24 20");
  CHECK(summary_of({}, now, sources, PeerAddresses::kPrefix)->networks.starts_with("10.0.1."));
  CHECK(summary_of({}, now, sources, PeerAddresses::kNone)->networks.empty());
}
