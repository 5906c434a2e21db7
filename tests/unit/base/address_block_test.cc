// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "jetstream/address.h"

using namespace jetstream;

namespace {

PeerAddress v6(std::uint8_t first, std::uint8_t last) {
  PeerAddress address;
  address.ip[0] = first;
  address.ip[15] = last;
  return address;
}

AddressBlock block(std::string_view text) { return parse_address_block(text).value(); }

}  // namespace

TEST_CASE("blocks of addresses are read and written") {
  for (const std::string_view text : {"127.0.0.0/8", "0.0.0.0/0", "10.0.0.1", "192.0.2.128/25",
                                      "::/0", "::1", "2001:db8::/32", "fe80::/10", "8000::/1"}) {
    CHECK(block(text).to_string() == text);
  }
  CHECK(block("10.0.0.1/32").to_string() == "10.0.0.1");
  CHECK(block("::1/128").to_string() == "::1");
  for (const std::string_view text :
       {"", "/8", "127.0.0.0/", "127.0.0.0/33", "127.0.0.0/8x", "127.0.0.0/-1", "127.0.0.0/08",
        "127.0.0.0/256", "127.0.0.1/8", "127.0.0/8", "::/129", "2001:db8::1/32", "[::1]", "::1%1",
        "127.0.0.1:80", "localhost", "1.2.3.4 ", "fec0::/9"}) {
    INFO(text);
    CHECK_FALSE(parse_address_block(text));
  }
  CHECK_FALSE(parse_address_block(std::string_view("10.0.0.1\0x", 10)));
  CHECK_FALSE(parse_address_block(std::string_view("10.0.0.0\0/8", 11)));
}

TEST_CASE("a block contains what begins with its bits, and nothing else") {
  const AddressBlock eight = block("127.0.0.0/8");
  CHECK(eight.contains(PeerAddress::v4({127, 0, 0, 0}, 0)));
  CHECK(eight.contains(PeerAddress::v4({127, 255, 255, 255}, 65535)));
  CHECK_FALSE(eight.contains(PeerAddress::v4({126, 255, 255, 255}, 0)));
  CHECK_FALSE(eight.contains(PeerAddress::v4({128, 0, 0, 0}, 0)));
  CHECK_FALSE(eight.contains(v6(0x7f, 0)));

  const AddressBlock quarter = block("192.0.2.64/26");
  for (int last = 0; last < 256; ++last) {
    const auto address = PeerAddress::v4({192, 0, 2, static_cast<std::uint8_t>(last)}, 1);
    CHECK(quarter.contains(address) == (last >= 64 && last < 128));
  }
  CHECK(block("0.0.0.0/0").contains(PeerAddress::v4({1, 2, 3, 4}, 1)));
  CHECK_FALSE(block("0.0.0.0/0").contains(v6(0x20, 1)));
  CHECK(block("::/0").contains(v6(0x20, 1)));
  CHECK_FALSE(block("::/0").contains(PeerAddress::v4({1, 2, 3, 4}, 1)));
  CHECK_FALSE(block("::/80").contains(PeerAddress::v4({1, 2, 3, 4}, 1)));
  CHECK(block("::ffff:0:0/96").contains(PeerAddress::v4({1, 2, 3, 4}, 1)));
  CHECK(block("::ffff:1.2.3.0/120") == block("1.2.3.0/24"));
  CHECK(block("::1").contains(v6(0, 1)));
  CHECK_FALSE(block("::1").contains(v6(0, 2)));
  CHECK(block("8000::/1").contains(v6(0x80, 9)));
  CHECK_FALSE(block("8000::/1").contains(v6(0x7f, 9)));
}

TEST_CASE("bits behind the prefix are refused with both readings") {
  const auto message = [](std::string_view text) {
    return parse_address_block(text).error().message;
  };
  CHECK(message("192.0.2.1/24") ==
        "\"192.0.2.1/24\" has bits set behind the prefix; did you mean 192.0.2.0/24 or 192.0.2.1?");
  CHECK(message("2001:db8::5/32") ==
        "\"2001:db8::5/32\" has bits set behind the prefix; did you mean 2001:db8::/32 or "
        "2001:db8::5?");
  CHECK(message("nobody") == "\"nobody\" is no address or block of addresses");
}

TEST_CASE("the loopback is two blocks") {
  const auto blocks = loopback_blocks();
  REQUIRE(blocks.size() == 2);
  CHECK(blocks[0].to_string() == "127.0.0.0/8");
  CHECK(blocks[1].to_string() == "::1");
}
