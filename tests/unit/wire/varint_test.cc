// SPDX-License-Identifier: MIT
#include "wire/varint.h"

#include "samples.h"

using namespace jetstream;
using namespace jetstream::wire;
using namespace jetstream::wire::test;

TEST_CASE("varints have the encodings of RFC 9000 A.1") {
  const std::vector<std::pair<std::uint64_t, std::string_view>> examples = {
      {151288809941952652, "c2197c5eff14e88c"},
      {494878333, "9d7f3e7d"},
      {15293, "7bbd"},
      {37, "25"},
  };
  for (const auto& [value, hex] : examples) {
    CHECK(varint(value) == from_hex(hex));
    const Buffer bytes = from_hex(hex);
    base::ByteReader reader(bytes);
    CHECK(read_varint(reader) == value);
    CHECK(reader.empty());
  }
}

TEST_CASE("varints may be longer than they have to be [ENC-7]") {
  for (const std::string_view hex : {"25", "4025", "80000025", "c000000000000025"}) {
    const Buffer bytes = from_hex(hex);
    base::ByteReader reader(bytes);
    CHECK(read_varint(reader) == 37u);
    CHECK(reader.empty());
  }
}

TEST_CASE("varints come back in their shortest form, and every cut is noticed") {
  std::vector<std::uint64_t> values = kBoundaries;
  for (std::uint64_t value = 1; value < kVarintMax / 3; value *= 3) values.push_back(value);
  for (const std::uint64_t value : values) {
    const Buffer bytes = varint(value);
    CHECK(bytes.size() == (value < 64 ? 1u : value < 16384 ? 2u : value < 1073741824 ? 4u : 8u));
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      base::ByteReader reader(Bytes(bytes).first(size));
      CHECK_FALSE(read_varint(reader));
      CHECK(reader.position() == 0);
    }
    base::ByteReader reader(bytes);
    CHECK(read_varint(reader) == value);
    CHECK(reader.empty());
  }
}

TEST_CASE("reading several varints stops at the first that is cut off") {
  const Buffer bytes = from_hex("05 40");
  base::ByteReader reader(bytes);
  std::uint64_t first = 0;
  std::uint64_t second = 77;
  CHECK_FALSE(read_varints(reader, first, second));
  CHECK(first == 5);
  CHECK(second == 77);
}
