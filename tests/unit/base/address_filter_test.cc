// SPDX-License-Identifier: MIT
#include "jetstream/address_filter.h"

#include <catch2/catch.hpp>

using namespace jetstream;
using namespace std::chrono_literals;

namespace {

constexpr Instant kNow{1000s};

AddressBlock block(std::string_view text) { return parse_address_block(text).value(); }
PeerAddress v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
  return PeerAddress::v4({a, b, c, d}, 40000);
}
AddressVerdict verdict(const AddressLists& lists, const PeerAddress& address) {
  return AddressFilter(lists).find(kNow, address).verdict;
}

}  // namespace

TEST_CASE("without lists everybody is welcome") {
  CHECK(AddressFilter({}).empty());
  CHECK(verdict({}, v4(1, 2, 3, 4)) == AddressVerdict::kWelcome);
}

TEST_CASE("who allows some denies all others, of both families") {
  const AddressLists lists{.allow = {block("10.0.0.0/8")}, .deny = {}, .bans = {}};
  CHECK_FALSE(AddressFilter(lists).empty());
  CHECK(verdict(lists, v4(10, 0, 0, 1)) == AddressVerdict::kWelcome);
  CHECK(verdict(lists, v4(11, 0, 0, 1)) == AddressVerdict::kDenied);
  CHECK(verdict(lists, PeerAddress{}) == AddressVerdict::kDenied);
  const auto finding = AddressFilter(lists).find(kNow, v4(11, 0, 0, 1));
  CHECK_FALSE(finding.block);
  CHECK(finding.until == kNever);
}

TEST_CASE("of allow and deny the smaller block decides, and deny where they are equal") {
  const AddressLists lists{
      .allow = {block("10.0.0.0/8"), block("10.1.2.0/24"), block("10.9.0.0/16")},
      .deny = {block("10.1.0.0/16"), block("10.9.0.0/16")},
      .bans = {}};
  CHECK(verdict(lists, v4(10, 2, 0, 1)) == AddressVerdict::kWelcome);
  CHECK(verdict(lists, v4(10, 1, 1, 1)) == AddressVerdict::kDenied);
  CHECK(verdict(lists, v4(10, 1, 2, 1)) == AddressVerdict::kWelcome);
  CHECK(verdict(lists, v4(10, 9, 2, 1)) == AddressVerdict::kDenied);
  CHECK(AddressFilter(lists).find(kNow, v4(10, 1, 2, 1)).block == block("10.1.2.0/24"));
  CHECK(AddressFilter(lists).find(kNow, v4(10, 1, 3, 1)).block == block("10.1.0.0/16"));
}

TEST_CASE("only denied ones are kept out where nobody is allowed by name") {
  const AddressLists lists{.allow = {}, .deny = {block("2001:db8::/32")}, .bans = {}};
  PeerAddress there;
  there.ip = block("2001:db8::/32").ip;
  CHECK(verdict(lists, there) == AddressVerdict::kDenied);
  CHECK(verdict(lists, v4(32, 1, 13, 184)) == AddressVerdict::kWelcome);
}

TEST_CASE("a ban counts whatever the lists allow, up to its last moment") {
  const AddressFilter filter(
      {.allow = {block("10.1.2.3")}, .deny = {}, .bans = {{block("10.0.0.0/8"), kNow + 10s}}});
  const auto finding = filter.find(kNow + 10s - Duration(1), v4(10, 1, 2, 3));
  CHECK(finding.verdict == AddressVerdict::kBanned);
  CHECK(finding.block == block("10.0.0.0/8"));
  CHECK(finding.until == kNow + 10s);
  CHECK(filter.find(kNow + 10s, v4(10, 1, 2, 3)).verdict == AddressVerdict::kWelcome);
  CHECK(filter.find(kNow + 10s, v4(10, 1, 2, 4)).verdict == AddressVerdict::kDenied);
}

TEST_CASE("a small ban that is over leaves the large one around it in force, and the other way") {
  const AddressFilter filter({.allow = {},
                              .deny = {},
                              .bans = {{block("10.1.2.3"), kNow + 1s},
                                       {block("10.0.0.0/8"), kNow + 10s},
                                       {block("10.1.0.0/16"), kNow + 2s},
                                       {block("10.7.7.7"), kNever}}});
  const auto until = [&](Duration after, const PeerAddress& address) {
    const auto finding = filter.find(kNow + after, address);
    return finding.verdict == AddressVerdict::kBanned ? finding.until : Instant{};
  };
  CHECK(until(0s, v4(10, 1, 2, 3)) == kNow + 1s);
  CHECK(until(1s, v4(10, 1, 2, 3)) == kNow + 2s);
  CHECK(until(2s, v4(10, 1, 2, 3)) == kNow + 10s);
  CHECK(until(10s, v4(10, 1, 2, 3)) == Instant{});
  CHECK(until(1000h, v4(10, 7, 7, 7)) == kNever);
}
