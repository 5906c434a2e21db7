// SPDX-License-Identifier: MIT
//
// Retry cookies and address tokens, as bytes.
#include "crypto/cookie.h"

#include <catch2/catch.hpp>

#include "samples.h"

namespace jetstream::crypto {
namespace {

using test::Vectors;
using test::VectorSection;

const VectorSection& cookie_section() { return Vectors::load().section("retry cookie"); }
const VectorSection& token_section() { return Vectors::load().section("address token"); }

CookieHello hello_of(const VectorSection& section, std::string_view ip) {
  CookieHello hello;
  hello.source.ip = section.array<16>(ip);
  hello.source.port = static_cast<std::uint16_t>(section.number("port"));
  hello.random = section.array<32>("random");
  hello.connection_id.bytes = section.array<8>("connection_id");
  hello.group = static_cast<std::uint16_t>(section.number("group"));
  return hello;
}

Cookie cookie_of(const CookieHello& hello) {
  const VectorSection& section = cookie_section();
  return make_cookie(Secret(section.bytes("key")),
                     static_cast<std::uint8_t>(section.number("key_epoch")),
                     static_cast<std::uint32_t>(section.number("t")), hello);
}

PeerAddress vector_address() { return PeerAddress::v4({192, 0, 2, 7}, 40000); }

}  // namespace

TEST_CASE("the cookies of the vectors come out [RETRY-1]") {
  const VectorSection& section = cookie_section();
  CHECK(to_hex(cookie_of(hello_of(section, "ip16"))) == to_hex(section.bytes("cookie")));
  CHECK(to_hex(cookie_of(hello_of(section, "ip16_v6"))) == to_hex(section.bytes("cookie_v6")));
  const auto head = read_cookie(section.bytes("cookie"));
  REQUIRE(head);
  CHECK(head->key_epoch == 3);
  CHECK(head->t == 1000);
  CHECK(to_hex(cookie_mac(section.bytes("cookie"))) == to_hex(section.bytes("cookie").last(16)));
}

TEST_CASE("everything about a hello is in its cookie [RETRY-1]") {
  const CookieHello hello = hello_of(cookie_section(), "ip16");
  CHECK(hello.source == vector_address());
  const Cookie cookie = cookie_of(hello);
  CookieHello other = hello;
  other.source.port ^= 1;
  CHECK(cookie_of(other) != cookie);
  other = hello;
  other.source.ip[15] ^= 1;
  CHECK(cookie_of(other) != cookie);
  other = hello;
  other.random[31] ^= 1;
  CHECK(cookie_of(other) != cookie);
  other = hello;
  other.connection_id.bytes[7] ^= 1;
  CHECK(cookie_of(other) != cookie);
  other = hello;
  other.group ^= 1;
  CHECK(cookie_of(other) != cookie);
}

TEST_CASE("the token of the vectors comes out and opens [RETRY-14]") {
  const VectorSection& section = token_section();
  const Secret key(section.bytes("key"));
  const AddressToken token =
      seal_address_token(key, 3, section.array<32>("salt"), 1000, vector_address());
  CHECK(to_hex(token) == to_hex(section.bytes("token")));
  CHECK(token_epoch(token) == 3);
  const auto content = open_address_token(key, token);
  REQUIRE(content);
  CHECK(content->t == 1000);
  CHECK(content->ip == vector_address().ip);
}

TEST_CASE("a token with any bit changed stays shut [RETRY-14]") {
  const VectorSection& section = token_section();
  const Secret key(section.bytes("key"));
  for (std::size_t bit = 0; bit < 8 * std::tuple_size_v<AddressToken>; ++bit) {
    auto token = section.array<70>("token");
    token[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
    REQUIRE_FALSE(open_address_token(key, token));
  }
  CHECK_FALSE(open_address_token(Secret(section.bytes("salt")), section.bytes("token")));
}

TEST_CASE("a cookie is no token and a token no cookie [RETRY-7]") {
  const Bytes cookie = cookie_section().bytes("cookie");
  const Bytes token = token_section().bytes("token");
  CHECK_FALSE(read_cookie(token));
  CHECK_FALSE(token_epoch(cookie));
  CHECK_FALSE(read_cookie(token.first(22)));
  std::vector<std::uint8_t> relabelled(cookie.begin(), cookie.end());
  relabelled[0] = 'A';
  CHECK_FALSE(read_cookie(relabelled));
  CHECK_FALSE(token_epoch(relabelled));
  for (const std::size_t size : {0u, 1u, 21u, 23u, 69u, 71u}) {
    const std::vector<std::uint8_t> letters(size, 'R');
    CHECK_FALSE(read_cookie(letters));
    const std::vector<std::uint8_t> others(size, 'A');
    CHECK_FALSE(token_epoch(others));
  }
}

}  // namespace jetstream::crypto
