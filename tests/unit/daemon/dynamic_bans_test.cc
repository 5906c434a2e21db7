// SPDX-License-Identifier: MIT
#include "daemon/access/dynamic_bans.h"

#include <catch2/catch.hpp>

#include "jetstream/endpoint.h"

namespace jetstream::daemon {
namespace {

using namespace std::chrono_literals;

constexpr Instant kNow{5000s};

PeerAddress v4(std::uint32_t number) {
  return PeerAddress::v4(
      {198, static_cast<std::uint8_t>(number >> 16), static_cast<std::uint8_t>(number >> 8),
       static_cast<std::uint8_t>(number)},
      static_cast<std::uint16_t>(40000 + number % 100));
}

Config config_with(std::uint32_t warn_at, std::uint32_t ban_at) {
  Config config = default_config();
  config.dynamic_bans.enabled = true;
  config.dynamic_bans.warn_at = warn_at;
  config.dynamic_bans.ban_at = ban_at;
  config.dynamic_bans.duration = 10min;
  config.dynamic_bans.max_duration = 1h;
  return config;
}

/// The ban that the next `count` pieces of evidence lead to, if the last one does and no other.
std::optional<Duration> ban_after(DynamicBans& bans, int count, Instant now,
                                  const PeerAddress& peer = v4(1)) {
  for (int i = 1; i < count; ++i) {
    if (bans.note(now, peer)->ban) return Duration::zero();
  }
  return bans.note(now, peer)->ban;
}

}  // namespace

TEST_CASE("the daemon bans nobody by itself unless it is told to") {
  const Config config = default_config();
  CHECK_FALSE(config.dynamic_bans.enabled);
  DynamicBans bans(config);
  for (int i = 0; i < 1000; ++i) CHECK_FALSE(bans.note(kNow, v4(1)));
  CHECK(bans.sources() == 0);
}

TEST_CASE("a source is warned of once, and banned when it has come to ban_at, not before") {
  const Config config = config_with(2, 4);
  DynamicBans bans(config);
  std::string story;
  for (int i = 0; i < 4; ++i) {
    const auto verdict = bans.note(kNow, v4(1));
    REQUIRE(verdict);
    CHECK(verdict->count == static_cast<std::uint32_t>(i + 1));
    CHECK(verdict->block.to_string() == "198.0.0.1");
    story += verdict->ban ? 'b' : verdict->warn ? 'w' : '.';
  }
  CHECK(story == ".w.b");
}

TEST_CASE("what came longer ago than the window does not count") {
  const Config config = config_with(2, 3);
  DynamicBans bans(config);
  CHECK_FALSE(ban_after(bans, 2, kNow));
  CHECK(bans.note(kNow + DynamicBans::kWindow, v4(1))->count == 1);
  CHECK_FALSE(ban_after(bans, 1, kNow + 2 * DynamicBans::kWindow - Duration(1)));
  CHECK(ban_after(bans, 1, kNow + 2 * DynamicBans::kWindow - Duration(1)) == 10min);
}

TEST_CASE("each ban lasts twice as long as the one before, up to the longest") {
  const Config config = config_with(1, 2);
  DynamicBans bans(config);
  Instant now = kNow;
  for (const Duration wanted : {10min, 20min, 40min, 60min, 60min}) {
    CHECK(ban_after(bans, 2, now) == wanted);
    now += wanted;
  }
  // Who was good for as long as the longest ban starts over; a moment less is not enough.
  now += 1h - Duration(1);
  CHECK(ban_after(bans, 2, now) == Duration(1h));
  now += 2h;
  CHECK(ban_after(bans, 2, now) == Duration(10min));
}

TEST_CASE("exempt addresses are never banned, and others are on their own") {
  Config config = config_with(1, 2);
  config.limits_exempt = {parse_address_block("198.0.0.0/24").value()};
  DynamicBans bans(config);
  for (int i = 0; i < 10; ++i) CHECK_FALSE(bans.note(kNow, v4(1)));
  CHECK_FALSE(ban_after(bans, 1, kNow, v4(256)));
  CHECK_FALSE(ban_after(bans, 1, kNow, v4(257)));
  CHECK(ban_after(bans, 1, kNow, v4(256)));
}

TEST_CASE("what came before any proof of an address counts against nobody") {
  const Config config = config_with(1, 1);
  DynamicBans bans(config);
  CHECK_FALSE(bans.note(kNow, SessionInfo().proven));
  CHECK(bans.sources() == 0);
}

TEST_CASE("all addresses of an IPv6 customer are one source") {
  const Config config = config_with(1, 2);
  DynamicBans bans(config);
  PeerAddress one;
  one.ip = {0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1};
  PeerAddress other = one;
  other.ip[15] = 2;
  CHECK_FALSE(ban_after(bans, 1, kNow, one));
  const auto verdict = bans.note(kNow, other);
  CHECK(verdict->ban);
  CHECK(verdict->block.to_string() == "2001:db8:0:1::/64");
}

TEST_CASE("what is remembered has a bound, and the oldest makes room") {
  const Config config = config_with(1, 3);
  DynamicBans bans(config);
  for (std::uint32_t i = 0; i < DynamicBans::kSourcesMax; ++i) {
    (void)bans.note(kNow + std::chrono::milliseconds(i), v4(i));
  }
  CHECK(bans.sources() == DynamicBans::kSourcesMax);
  const Instant later = kNow + 10s;
  CHECK(bans.note(later, v4(0))->count == 2);
  (void)bans.note(later, v4(99'999));
  CHECK(bans.sources() == DynamicBans::kSourcesMax);
  CHECK(bans.note(later, v4(1))->count == 1);  // was the oldest by then
  CHECK(bans.note(later, v4(0))->count == 3);
}

TEST_CASE("abuse is what a client did wrong, and nothing that this side decided") {
  using Code = TransportCode;
  const auto ended = [](Code code, bool by_peer = false) {
    CloseInfo why;
    why.code = code;
    why.reason = reason_of(code);
    why.by_peer = by_peer;
    return why;
  };
  CHECK(is_abuse(ended(Code::kFrameEncodingError)));
  CHECK(is_abuse(ended(Code::kFlowControlError)));
  CHECK(is_abuse(ended(Code::kRateLimited)));
  CHECK(is_abuse(ended(Code::kExcessiveLoad)));
  CHECK_FALSE(is_abuse(ended(Code::kFrameEncodingError, true)));
  for (const Code code : {Code::kNoError, Code::kIdleTimeout, Code::kHeartbeatTimeout,
                          Code::kInternalError, Code::kApplicationError, Code::kGoingAway,
                          Code::kClientIdentityRefused, Code::kClientIdentityRequired}) {
    INFO(to_string(code));
    CHECK_FALSE(is_abuse(ended(code)));
  }
  // Whatever reason an operator gives.
  CloseInfo closed = ended(Code::kAdminClose);
  closed.reason = CloseReason::kProtocolError;
  CHECK_FALSE(is_abuse(closed));
}

TEST_CASE("a client that is turned away for another reason than who it is has done nothing wrong") {
  using Code = TransportCode;
  for (const Code code :
       {Code::kClientIdentityRefused, Code::kClientIdentityRequired, Code::kHandshakeFailed}) {
    CHECK(is_failed_authentication(code));
  }
  for (const Code code : {Code::kServerFull, Code::kGoingAway, Code::kNoError}) {
    CHECK_FALSE(is_failed_authentication(code));
  }
}

}  // namespace jetstream::daemon
