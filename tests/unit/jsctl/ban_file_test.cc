// SPDX-License-Identifier: MIT
#include "jsctl/ban_file.h"

#include <catch2/catch.hpp>

namespace jetstream::jsctl {
namespace {

using Bans = std::vector<std::string>;

}  // namespace

TEST_CASE("a list of bans has a block a line, and what is said about it") {
  const auto bans = parse_ban_list(
      "# mine\r\n"
      "192.0.2.0/24 ; SBL1 \r\n"
      "\n"
      "  2001:db8::/32# two  words\n"
      "198.51.100.7\t\n"
      "192.0.2.0/24 # once more\n"
      "203.0.113.9;\x1b[2J");
  REQUIRE(bans);
  CHECK(*bans ==
        Bans{"192.0.2.0/24 SBL1", "2001:db8::/32 two  words", "198.51.100.7", "203.0.113.9 ?[2J"});
  CHECK(parse_ban_list("")->empty());
  CHECK(parse_ban_list("\n# nobody\n")->empty());
}

TEST_CASE("a list with a line that is no block is refused as a whole") {
  CHECK(parse_ban_list("192.0.2.1\n192.0.2.1/24\n")
            .error()
            .message.starts_with("2: \"192.0.2.1/24\" has bits set"));
  CHECK(parse_ban_list("192.0.2.1 192.0.2.2\n").error().message.starts_with("1: "));
  CHECK_FALSE(parse_ban_list("example.org"));
  CHECK_FALSE(parse_ban_list(std::string("192.0.2.1\0x", 11)));
}

TEST_CASE("a long remark is cut to what a ban can say") {
  const auto bans = parse_ban_list("192.0.2.1 #" + std::string(500, 'x'));
  REQUIRE(bans);
  CHECK((*bans)[0] == "192.0.2.1 " + std::string(200, 'x'));
}

}  // namespace jetstream::jsctl
