// SPDX-License-Identifier: MIT
#include "crypto/hkdf.h"

#include <catch2/catch.hpp>

#include "unit/crypto/samples.h"

namespace jetstream::crypto {

using test::from_hex;
using test::hex;
using test::Vectors;
using test::VectorSection;

TEST_CASE("HKDF agrees with RFC 5869 A.1") {
  const Secret key =
      hkdf_extract(from_hex("000102030405060708090a0b0c"), std::vector<std::uint8_t>(22, 0x0b));
  CHECK(hex(key) == "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5");
  std::vector<std::uint8_t> out(42);
  hkdf_expand(key.view(), from_hex("f0f1f2f3f4f5f6f7f8f9"), out);
  CHECK(hex(out) ==
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
}

TEST_CASE("HKDF agrees with RFC 5869 A.3, without salt and info") {
  const Secret key = hkdf_extract({}, std::vector<std::uint8_t>(22, 0x0b));
  CHECK(hex(key) == "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04");
  std::vector<std::uint8_t> out(42);
  hkdf_expand(key.view(), {}, out);
  CHECK(hex(out) ==
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

TEST_CASE("HKDF-Expand writes what fits: shorter outputs are prefixes of longer ones") {
  const Secret key = hkdf_extract({}, as_bytes("input"));
  std::vector<std::uint8_t> whole(255 * 32);
  hkdf_expand(key.view(), as_bytes("info"), whole);
  for (const std::size_t size : {0U, 1U, 31U, 32U, 33U, 64U, 65U, 255U * 32U}) {
    std::vector<std::uint8_t> out(size);
    hkdf_expand(key.view(), as_bytes("info"), out);
    CHECK(hex(out) == hex(Bytes(whole).first(size)));
  }
}

TEST_CASE("a label binds its text, its context and the length of its output") {
  const Secret key = hkdf_extract({}, as_bytes("input"));
  const auto labelled = [&](std::string_view label, std::string_view context, std::size_t size) {
    std::vector<std::uint8_t> out(size);
    xlabel(key.view(), label, as_bytes(context), out);
    return hex(out);
  };
  const std::string base = labelled("key", "c", 32);
  CHECK(labelled("key", "c", 32) == base);
  CHECK(labelled("kex", "c", 32) != base);
  CHECK(labelled("key", "d", 32) != base);
  CHECK(labelled("keyc", "", 32) != base);
  CHECK(labelled("ke", "yc", 32) != base);
  CHECK(labelled("key", "c", 12) != base.substr(0, 24));
}

TEST_CASE("tickets and address tokens get the keys of the vectors") {
  std::size_t tickets = 0;
  for (const std::string& name : Vectors::load().names()) {
    if (!name.starts_with("ticket ")) continue;
    ++tickets;
    INFO(name);
    const VectorSection& section = Vectors::load().section(name);
    const Bytes ticket = section.bytes("ticket");
    Secret key;
    xlabel(section.bytes("stek"), "ticket", ticket.subspan(4, 32), key.writable());
    CHECK(hex(key) == hex(section.bytes("aead_key")));
    xlabel(section.bytes("res_master"), "resumption", section.bytes("ticket_nonce"),
           key.writable());
    CHECK(hex(key) == hex(section.bytes("psk")));
    CHECK(hex(Bytes(sha256(ticket)).first(16)) == hex(section.bytes("strike_key")));
  }
  CHECK(tickets == 6);
  const VectorSection& token = Vectors::load().section("address token");
  Secret key;
  xlabel(token.bytes("key"), "address token", token.bytes("salt"), key.writable());
  CHECK(hex(key) == hex(token.bytes("aead_key")));
}

TEST_CASE("the retry cookie's code is a prefix of HMAC-SHA256") {
  const VectorSection& section = Vectors::load().section("retry cookie");
  for (const bool is_v6 : {false, true}) {
    const Bytes cookie = section.bytes(is_v6 ? "cookie_v6" : "cookie");
    std::vector<std::uint8_t> input(cookie.begin(), cookie.begin() + 6);
    const auto append = [&](Bytes part) { input.insert(input.end(), part.begin(), part.end()); };
    append(section.bytes(is_v6 ? "ip16_v6" : "ip16"));
    append(section.bytes("port").last(2));
    append(section.bytes("random"));
    append(section.bytes("connection_id"));
    append(section.bytes("group").last(2));
    CHECK(hex(Bytes(hmac_sha256(section.bytes("key"), input)).first(16)) == hex(cookie.last(16)));
  }
}

}  // namespace jetstream::crypto
