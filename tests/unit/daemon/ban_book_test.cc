// SPDX-License-Identifier: MIT
#include "daemon/access/ban_book.h"

#include <catch2/catch.hpp>

#include "daemon/access/ban_loads.h"

namespace jetstream::daemon {
namespace {

using control::UnixTime;
using Added = BanBook::Added;

AddressBlock block(std::string_view text) { return parse_address_block(text).value(); }

Ban ban(std::string_view text, BanOrigin origin = BanOrigin::kAdmin,
        std::optional<std::int64_t> until = std::nullopt) {
  Ban made{.block = block(text), .origin = origin, .since = UnixTime(1000)};
  if (until) made.until = UnixTime(*until);
  return made;
}

Ban numbered(std::uint32_t number) {
  return {.block = {.ip = PeerAddress::v4({10, static_cast<std::uint8_t>(number >> 16),
                                           static_cast<std::uint8_t>(number >> 8),
                                           static_cast<std::uint8_t>(number)},
                                          0)
                              .ip}};
}

}  // namespace

TEST_CASE("a block has one ban, the last that an operator made") {
  BanBook book;
  CHECK(book.add(ban("192.0.2.0/24")) == Added::kNew);
  CHECK(book.add(ban("192.0.2.0/25")) == Added::kNew);
  CHECK(book.add(ban("192.0.2.0/24", BanOrigin::kAdmin, 9000)) == Added::kReplaced);
  REQUIRE(book.find(block("192.0.2.0/24")) != nullptr);
  CHECK(book.find(block("192.0.2.0/24"))->until == UnixTime(9000));
  CHECK(book.find(block("192.0.2.0/26")) == nullptr);
  CHECK(book.around(block("192.0.2.7"))->block == block("192.0.2.0/25"));
  CHECK(book.around(block("192.0.2.0/25"))->block == block("192.0.2.0/24"));
  CHECK(book.around(block("192.0.2.0/24")) == nullptr);
}

TEST_CASE("the daemon's own bans give way to an operator's") {
  BanBook book;
  CHECK(book.add(ban("192.0.2.1", BanOrigin::kAuto, 5000)) == Added::kNew);
  CHECK(book.add(ban("192.0.2.1", BanOrigin::kAuto, 6000)) == Added::kReplaced);
  CHECK(book.add(ban("192.0.2.1")) == Added::kReplaced);
  CHECK(book.add(ban("192.0.2.1", BanOrigin::kAuto, 7000)) == Added::kKept);
  CHECK_FALSE(book.find(block("192.0.2.1"))->until);
  CHECK(book.count(BanOrigin::kAuto) == 0);
}

TEST_CASE("bans are removed one by one, or all of an origin") {
  BanBook book;
  (void)book.add(ban("192.0.2.1"));
  (void)book.add(ban("192.0.2.2", BanOrigin::kAuto));
  (void)book.add(ban("192.0.2.3", BanOrigin::kFile));
  CHECK(book.remove(block("192.0.2.1"))->block == block("192.0.2.1"));
  CHECK_FALSE(book.remove(block("192.0.2.1")));
  CHECK(book.clear(BanOrigin::kAuto) == 1);
  CHECK(book.clear(BanOrigin::kAuto) == 0);
  CHECK(book.bans().size() == 1);
  CHECK(book.clear(std::nullopt) == 1);
  CHECK(book.bans().empty());
}

TEST_CASE("a list replaces the list before it and nothing else") {
  BanBook book;
  (void)book.add(ban("192.0.2.1"));
  (void)book.add(ban("192.0.2.2", BanOrigin::kAuto));
  CHECK(book.replace_file({ban("198.51.100.1"), ban("198.51.100.2"), ban("192.0.2.1")}));
  CHECK(book.bans().size() == 4);
  CHECK(book.find(block("192.0.2.1"))->origin == BanOrigin::kAdmin);
  CHECK(book.find(block("198.51.100.1"))->origin == BanOrigin::kFile);
  CHECK(book.replace_file({ban("198.51.100.2")}));
  CHECK(book.find(block("198.51.100.1")) == nullptr);
  CHECK(book.count(BanOrigin::kFile) == 1);
  CHECK(book.count(BanOrigin::kAdmin) == 1);
  CHECK(book.count(BanOrigin::kAuto) == 1);
}

TEST_CASE("what is over is let go of at its moment and not before") {
  BanBook book;
  CHECK_FALSE(book.next_expiry());
  (void)book.add(ban("192.0.2.1"));
  CHECK_FALSE(book.next_expiry());
  (void)book.add(ban("192.0.2.3", BanOrigin::kAdmin, 3000));
  (void)book.add(ban("192.0.2.2", BanOrigin::kFile, 2000));
  CHECK(book.next_expiry() == UnixTime(2000));
  CHECK(book.take_expired(UnixTime(1999)).empty());
  REQUIRE(book.take_expired(UnixTime(2000)).size() == 1);
  CHECK(book.next_expiry() == UnixTime(3000));
  const auto rest = book.take_expired(UnixTime(99999));
  REQUIRE(rest.size() == 1);
  CHECK(rest[0].block == block("192.0.2.3"));
  CHECK(book.bans().size() == 1);
}

TEST_CASE("the counts are those of the bans, whatever happens to them") {
  BanBook book;
  const auto counts = [&] {
    return std::vector{book.count(BanOrigin::kAdmin), book.count(BanOrigin::kFile),
                       book.count(BanOrigin::kAuto)};
  };
  const auto holds = [&] {
    std::vector<std::size_t> found(kBanOriginCount);
    for (const auto& [block, ban] : book.bans()) ++found[static_cast<std::size_t>(ban.origin)];
    return found == counts();
  };
  Ban automatic = ban("192.0.2.1");
  automatic.origin = BanOrigin::kAuto;
  automatic.until = UnixTime(5);
  book.add(automatic);
  book.add(ban("192.0.2.2"));
  CHECK(counts() == std::vector<std::size_t>{1, 0, 1});
  book.add(ban("192.0.2.1"));  // an operator's instead of the daemon's
  CHECK(counts() == std::vector<std::size_t>{2, 0, 0});
  book.add(automatic);  // gives way
  CHECK(holds());
  book.replace_file({ban("192.0.2.1"), ban("192.0.2.3"), ban("192.0.2.4")});
  CHECK(counts() == std::vector<std::size_t>{2, 2, 0});
  automatic.block = ban("192.0.2.5").block;
  book.add(automatic);
  book.take_expired(UnixTime(5));
  CHECK(counts() == std::vector<std::size_t>{2, 2, 0});
  book.remove(ban("192.0.2.2").block);
  book.remove(ban("192.0.2.99").block);
  CHECK(counts() == std::vector<std::size_t>{1, 2, 0});
  book.clear(BanOrigin::kFile);
  CHECK(holds());
  book.clear(std::nullopt);
  CHECK(counts() == std::vector<std::size_t>{0, 0, 0});
}

TEST_CASE("there is a most of bans, for single ones and for lists") {
  BanBook book;
  for (std::uint32_t i = 0; i + 1 < BanBook::kBansMax; ++i) (void)book.add(numbered(i));
  CHECK(book.add(ban("192.0.2.1")) == Added::kNew);
  CHECK(book.add(ban("192.0.2.2")) == Added::kFull);
  CHECK(book.add(ban("192.0.2.1")) == Added::kReplaced);
  CHECK_FALSE(book.replace_file({ban("192.0.2.3")}));
  CHECK(book.bans().size() == BanBook::kBansMax);
  (void)book.remove(block("192.0.2.1"));
  CHECK(book.replace_file({ban("192.0.2.3")}));
  CHECK_FALSE(book.replace_file({ban("192.0.2.4"), ban("192.0.2.5")}));
  CHECK(book.find(block("192.0.2.3")) != nullptr);
}

TEST_CASE("bans stand in the order of addresses, IPv4 first") {
  BanBook book;
  for (const std::string_view text : {"2001:db8::/32", "10.0.0.0/16", "9.0.0.0/8", "10.0.0.0/8"}) {
    (void)book.add(ban(text));
  }
  std::string order;
  for (const auto& [key, value] : book.bans()) order += key.to_string() + " ";
  CHECK(order == "9.0.0.0/8 10.0.0.0/8 10.0.0.0/16 2001:db8::/32 ");
}

TEST_CASE("one list is loaded at a time, and one that stops coming is forgotten") {
  constexpr Instant kNow{std::chrono::seconds(100)};
  BanLoads loads;
  const auto first = loads.begin(kNow, 1000);
  REQUIRE(first);
  CHECK_FALSE(loads.begin(kNow + BanLoads::kPauseMax - Duration(1), 1001));
  CHECK(loads.goes_on(kNow + std::chrono::seconds(1), *first, 1000));
  CHECK_FALSE(loads.goes_on(kNow, *first, 1001));
  CHECK_FALSE(loads.goes_on(kNow, *first + 1, 1000));
  CHECK(loads.add({ban("192.0.2.1"), ban("192.0.2.2")}));
  CHECK(loads.size() == 2);
  const auto second = loads.begin(kNow + std::chrono::seconds(1) + BanLoads::kPauseMax, 1001);
  REQUIRE(second);
  CHECK(loads.size() == 0);
  CHECK_FALSE(loads.goes_on(kNow, *first, 1000));
  CHECK(loads.take().empty());
  CHECK_FALSE(loads.goes_on(kNow, *second, 1001));
}

TEST_CASE("a list that grows beyond all bounds is over") {
  BanLoads loads;
  const auto load = loads.begin(Instant{}, 0);
  CHECK(loads.add(std::vector<Ban>(BanBook::kBansMax, ban("192.0.2.1"))));
  CHECK_FALSE(loads.add({ban("192.0.2.2")}));
  CHECK(loads.size() == 0);
  CHECK_FALSE(loads.goes_on(Instant{}, *load, 0));
}

}  // namespace jetstream::daemon
