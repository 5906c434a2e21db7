// SPDX-License-Identifier: MIT
#include "base/address_map.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "support/seeded_random.h"

using namespace jetstream;
using jetstream::base::AddressMap;
using jetstream::testing::SeededRandom;

namespace {

AddressBlock block(std::string_view text) { return parse_address_block(text).value(); }

PeerAddress address(std::string_view text) {
  PeerAddress made;
  made.ip = block(text).ip;
  return made;
}

/// The rule in one sentence: of those that contain it the smallest, of equal ones the last.
std::uint32_t model_find(const std::vector<AddressBlock>& blocks, const PeerAddress& wanted) {
  std::uint32_t best = AddressMap::kNone;
  for (std::uint32_t i = 0; i < blocks.size(); ++i) {
    if (!blocks[i].contains(wanted)) continue;
    if (best == AddressMap::kNone || blocks[i].bits >= blocks[best].bits) best = i;
  }
  return best;
}

/// Few distinct bytes, so that blocks nest and touch, and IPv4 and IPv6 lie close together.
PeerAddress random_address(SeededRandom& random) {
  constexpr std::array<std::uint8_t, 5> kBytes = {0, 1, 127, 128, 255};
  PeerAddress made;
  for (std::uint8_t& byte : made.ip) byte = kBytes[random.below(kBytes.size())];
  const std::uint64_t kind = random.below(4);
  if (kind == 0) return made;
  std::fill_n(made.ip.begin(), 10, std::uint8_t{0});
  if (kind == 1) return made;
  made.ip[10] = made.ip[11] = 0xff;
  return made;
}

AddressBlock random_block(SeededRandom& random) {
  AddressBlock made{.ip = random_address(random).ip,
                    .bits = static_cast<std::uint8_t>(random.between(0, 128))};
  PeerAddress first;
  first.ip = made.ip;
  if (first.is_v4()) made.bits = static_cast<std::uint8_t>(random.between(96, 128));
  for (std::size_t bit = made.bits; bit < 128; ++bit) {
    made.ip[bit / 8] &= static_cast<std::uint8_t>(~(0x80 >> bit % 8));
  }
  return made;
}

PeerAddress edge_of(const AddressBlock& of, SeededRandom& random) {
  PeerAddress edge;
  edge.ip = of.ip;
  const bool last = random.chance(0.5);
  for (std::size_t bit = of.bits; last && bit < 128; ++bit) {
    edge.ip[bit / 8] |= static_cast<std::uint8_t>(0x80 >> bit % 8);
  }
  // One address further, downwards or upwards; around the end of all addresses.
  const int step = static_cast<int>(random.below(3)) - 1;
  for (std::size_t i = 16; step != 0 && i-- > 0;) {
    edge.ip[i] = static_cast<std::uint8_t>(edge.ip[i] + step);
    if (edge.ip[i] != (step > 0 ? 0x00 : 0xff)) break;
  }
  return edge;
}

}  // namespace

TEST_CASE("the smallest block around an address is found") {
  const std::vector<AddressBlock> blocks = {block("10.0.0.0/8"), block("10.1.0.0/16"),
                                            block("10.1.2.3"),   block("0.0.0.0/0"),
                                            block("::/0"),       block("2001:db8::/32")};
  const AddressMap map(blocks);
  CHECK(map.find(address("10.255.255.255")) == 0);
  CHECK(map.find(address("10.1.0.0")) == 1);
  CHECK(map.find(address("10.1.255.255")) == 1);
  CHECK(map.find(address("10.2.0.0")) == 0);
  CHECK(map.find(address("10.1.2.2")) == 1);
  CHECK(map.find(address("10.1.2.3")) == 2);
  CHECK(map.find(address("10.1.2.4")) == 1);
  CHECK(map.find(address("9.255.255.255")) == 3);
  CHECK(map.find(address("255.255.255.255")) == 3);
  CHECK(map.find(address("::ffff:10.1.2.3")) == 2);
  CHECK(map.find(address("2001:db7:ffff:ffff:ffff:ffff:ffff:ffff")) == 4);
  CHECK(map.find(address("2001:db8::")) == 5);
  CHECK(map.find(address("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff")) == 5);
  CHECK(map.find(address("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")) == 4);
  CHECK(map.around(2) == 1);
  CHECK(map.around(1) == 0);
  CHECK(map.around(0) == 3);
  CHECK(map.around(3) == AddressMap::kNone);
  CHECK(map.around(5) == 4);
}

TEST_CASE("a map of nothing finds nothing, and of equal blocks the last one counts") {
  CHECK(AddressMap().find(address("1.2.3.4")) == AddressMap::kNone);
  CHECK(AddressMap().empty());
  const AddressMap twice(std::vector<AddressBlock>{block("1.0.0.0/8"), block("1.0.0.0/8")});
  CHECK(twice.find(address("1.2.3.4")) == 1);
  CHECK(twice.around(1) == 0);
  CHECK(twice.find(address("0.255.255.255")) == AddressMap::kNone);
  CHECK(twice.find(address("2.0.0.0")) == AddressMap::kNone);
  CHECK_FALSE(twice.empty());
}

TEST_CASE("an address map finds what a search through the whole list finds") {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    SeededRandom random(seed);
    std::vector<AddressBlock> blocks;
    for (std::uint64_t i = random.below(60); i > 0; --i) blocks.push_back(random_block(random));
    const AddressMap map(blocks);
    for (int i = 0; i < 100; ++i) {
      const bool edge = !blocks.empty() && random.chance(0.7);
      const PeerAddress wanted =
          edge ? edge_of(blocks[random.below(blocks.size())], random) : random_address(random);
      INFO("seed " << seed << ", " << wanted.to_string());
      std::uint32_t found = map.find(wanted);
      REQUIRE(found == model_find(blocks, wanted));
      // The way outwards is every block that contains the address, the smallest first.
      std::size_t around = 0;
      for (; found != AddressMap::kNone; found = map.around(found)) {
        REQUIRE(blocks[found].contains(wanted));
        ++around;
      }
      REQUIRE(around == static_cast<std::size_t>(
                            std::count_if(blocks.begin(), blocks.end(),
                                          [&](const auto& one) { return one.contains(wanted); })));
    }
  }
}

TEST_CASE("a hundred thousand blocks are found each by its own address") {
  std::vector<AddressBlock> blocks;
  for (std::uint32_t i = 0; i < 100'000; ++i) {
    blocks.push_back({.ip = PeerAddress::v4({10, static_cast<std::uint8_t>(i >> 15),
                                             static_cast<std::uint8_t>(i >> 7),
                                             static_cast<std::uint8_t>(i << 1)},
                                            0)
                                .ip});
  }
  const AddressMap map(blocks);
  for (std::uint32_t i = 0; i < blocks.size(); ++i) {
    PeerAddress inside;
    inside.ip = blocks[i].ip;
    REQUIRE(map.find(inside) == i);
    inside.ip[15] |= 1;
    REQUIRE(map.find(inside) == AddressMap::kNone);
  }
}
