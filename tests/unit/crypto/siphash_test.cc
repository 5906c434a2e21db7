// SPDX-License-Identifier: MIT
#include "crypto/siphash.h"

#include <catch2/catch.hpp>

#include "unit/crypto/samples.h"

namespace jetstream::crypto {

TEST_CASE("SipHash-2-4 agrees with its authors' reference") {
  std::array<std::uint8_t, 16> key;
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::uint8_t>(i);
  CHECK(siphash24(key, {}) == 0x726fdb47dd0e0e31);
  CHECK(siphash24(key, Bytes(key).first(1)) == 0x74f839c593dc67fd);
  CHECK(siphash24(key, Bytes(key).first(7)) == 0xab0200f58b01d137);
  CHECK(siphash24(key, Bytes(key).first(8)) == 0x93f5f5799a932462);
  CHECK(siphash24(key, Bytes(key).first(15)) == 0xa129ca6149be45e5);
  const test::VectorSection& section = test::Vectors::load().section("connection id");
  CHECK(siphash24(key, Bytes(key).first(15)) == section.number("siphash_reference"));
}

}  // namespace jetstream::crypto
