// SPDX-License-Identifier: MIT
#include "wire/cbor.h"

#include <random>

#include "samples.h"
#include "support/fuzz/cbor_model.h"

using namespace jetstream;
using namespace jetstream::wire;
using namespace jetstream::wire::test;
using jetstream::test::CborModel;
using jetstream::test::copy_cbor;

namespace {

bool skips(const Buffer& bytes) {
  CborReader reader(bytes);
  return reader.skip() && reader.done();
}

/// A map with `count` keys "a", "b", ... of value 0.
Buffer map_of(std::uint8_t count) {
  Buffer bytes{static_cast<std::uint8_t>(0xa0 + count)};
  if (count >= 24) bytes = {0xb8, count};
  for (std::uint8_t i = 0; i < count; ++i) {
    bytes = bytes + Buffer{0x61, static_cast<std::uint8_t>('a' + i), 0x00};
  }
  return bytes;
}

const std::vector<std::string_view> kGood = {
    "00",
    "17",
    "1818",
    "18ff",
    "190100",
    "19ffff",
    "1a00010000",
    "1affffffff",
    "1b0000000100000000",
    "1bffffffffffffffff",  // numbers
    "40",
    "4100",
    "43ffffff",
    "f4",
    "f5",
    "80",
    "a0",  // bytes, bool, empty ones
    "60",
    "6161",
    "6100",
    "62c280",
    "62dfbf",
    "63e0a080",
    "63ed9fbf",
    "63ee8080",
    "63efbfbf",
    "64f0908080",
    "64f48fbfbf",  // text, at the edges of UTF-8
    "8100",
    "820001",
    "8161"
    "61",
    "818181"
    "00",
    "81818180",
    "818181a0",
    "a1616100",
    "a2616100616200",
    "a26161006162f5",
    "a2617a0062616100",
    "a2600061"
    "6100",
    "a1616181a1616100",
    "a16161a16161a16161a0",
    "a2616183000102616280",
    "a2617f0062c28000",
};

/// What deterministic CBOR, or the part of it that we use, does not have.
const std::vector<std::pair<std::string_view, std::string_view>> kBad = {
    {"", "nothing"},
    {"0000", "two values"},
    {"a000", "a byte behind the map"},
    {"8000", "a byte behind the array"},
    {"6161ff", "a byte behind the text"},
    // Heads longer than they have to be.
    {"1800", "0 in 1 byte"},
    {"1817", "23 in 1 byte"},
    {"190000", "0 in 2 bytes"},
    {"1900ff", "255 in 2 bytes"},
    {"1a00000000", "0 in 4 bytes"},
    {"1a0000ffff", "65535 in 4 bytes"},
    {"1b0000000000000000", "0 in 8 bytes"},
    {"1b00000000ffffffff", "2^32-1 in 8 bytes"},
    {"5800", "length 0 of bytes in 1 byte"},
    {"580161", "length 1 of bytes in 1 byte"},
    {"59000161", "length 1 of bytes in 2 bytes"},
    {"7800", "length 0 of text in 1 byte"},
    {"780161", "length 1 of text in 1 byte"},
    {"7a0000000161", "length 1 of text in 4 bytes"},
    {"9800", "count 0 of an array in 1 byte"},
    {"980100", "count 1 of an array in 1 byte"},
    {"99000100", "count 1 of an array in 2 bytes"},
    {"b800", "count 0 of a map in 1 byte"},
    {"b801616100", "count 1 of a map in 1 byte"},
    {"b90001616100", "count 1 of a map in 2 bytes"},
    {"bb0000000000000001616100", "count 1 of a map in 8 bytes"},
    {"a178016100", "a key's length in 1 byte"},
    // Reserved and indefinite heads.
    {"1c", "reserved 28"},
    {"1d", "reserved 29"},
    {"1e", "reserved 30"},
    {"1f", "indefinite number"},
    {"5c", "reserved length"},
    {"5f4100ff", "indefinite bytes"},
    {"7f6161ff", "indefinite text"},
    {"9f00ff", "indefinite array"},
    {"9fff", "indefinite empty array"},
    {"bf616100ff", "indefinite map"},
    {"bfff", "indefinite empty map"},
    {"a1617f9fff", "indefinite array in a map"},
    // Kinds that are not used.
    {"20", "-1"},
    {"3903e7", "-1000"},
    {"c000", "tag 0"},
    {"c11a514b67b0", "tag 1, a date"},
    {"d81800", "tag 24"},
    {"d9d9f700", "the tag that says CBOR"},
    {"81c000", "a tag in an array"},
    {"a16161c000", "a tag in a map"},
    {"f6", "null"},
    {"f7", "undefined"},
    {"e0", "simple value 0"},
    {"f3", "simple value 19"},
    {"f8ff", "simple value 255"},
    {"f814", "false in two bytes"},
    {"f815", "true in two bytes"},
    {"f93c00", "half float 1.0"},
    {"fa3f800000", "float 1.0"},
    {"fb3ff0000000000000", "double 1.0"},
    {"f97e00", "not a number"},
    {"ff", "a break alone"},
    {"81ff", "a break in an array"},
    // Keys.
    {"a2616100616100", "the same key twice"},
    {"a36161006162006162"
     "00",
     "the last key twice"},
    {"a2616200616100", "keys descending"},
    {"a262616100617a00", "the longer key first"},
    {"a2616100"
     "6000",
     "the empty key last"},
    {"a1816161a2616200616100", "keys of an inner map descending, behind an array as key"},
    {"a16161a2616200616100", "keys of an inner map descending"},
    {"81a2616100616100", "the same key twice inside an array"},
    {"a10000", "a number as key"},
    {"a1416100", "bytes as key"},
    {"a1f500", "a bool as key"},
    {"a18000", "an array as key"},
    {"a1a000", "a map as key"},
    {"a120"
     "00",
     "a negative key"},
    {"a161ff00", "a key that is not UTF-8"},
    // UTF-8.
    {"6180", "a continuation alone"},
    {"61ff", "0xff"},
    {"61c2", "the second byte missing"},
    {"62c0"
     "80",
     "0 in two bytes"},
    {"62c1bf", "0x7f in two bytes"},
    {"62c27f", "no continuation"},
    {"62c2c0", "no continuation, high"},
    {"63e09fbf", "0x7ff in three bytes"},
    {"63eda080", "the first surrogate"},
    {"63edbfbf", "the last surrogate"},
    {"63e28261", "the third byte missing"},
    {"62e282", "cut after the second byte"},
    {"64f08fbfbf", "0xffff in four bytes"},
    {"64f4908080", "beyond 0x10ffff"},
    {"64f5808080", "a first byte that nothing has"},
    {"65f888808080", "five bytes"},
    {"64f0908061", "the fourth byte missing"},
    // Depth, and counts that promise more than there is.
    {"8181818180", "arrays five deep"},
    {"81818181a0", "a map as the fifth"},
    {"a16161a16161a16161a16161a0", "maps five deep"},
    {"81", "an array without its element"},
    {"8200", "an array without its second element"},
    {"9bffffffffffffffff00", "an array of 2^64-1"},
    {"a1", "a map without its key"},
    {"a16161", "a map without its value"},
    {"a2616100", "a map without its second pair"},
    {"bbffffffffffffffff616100", "a map of 2^64-1"},
    {"5bffffffffffffffff00", "bytes of 2^64-1"},
    {"7bffffffffffffffff61", "text of 2^64-1"},
    {"4200", "bytes cut off"},
    {"6261", "text cut off"},
    {"18", "a head cut off"},
    {"1900", "a head of two bytes cut off"},
    {"1a000100", "a head of four bytes cut off"},
    {"1b00000001000000", "a head of eight bytes cut off"},
};

}  // namespace

TEST_CASE("deterministic CBOR is read and written again byte for byte") {
  for (const std::string_view hex : kGood) {
    INFO(hex);
    const Buffer bytes = from_hex(hex);
    CHECK(skips(bytes));
    CHECK(CborModel::accepts(bytes));
    CHECK(copy_cbor(bytes) == bytes);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      CHECK_FALSE(skips(Buffer(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size))));
    }
  }
}

TEST_CASE("everything else is refused [ENC-2]") {
  REQUIRE(kBad.size() >= 60);
  for (const auto& [hex, what] : kBad) {
    INFO(what << ": " << hex);
    const Buffer bytes = from_hex(hex);
    CHECK_FALSE(skips(bytes));
    CHECK_FALSE(copy_cbor(bytes));
    CHECK_FALSE(CborModel::accepts(bytes));
  }
}

TEST_CASE("what is refused alone is refused inside") {
  for (const auto& [hex, what] : kBad) {
    if (hex.empty()) continue;
    INFO(what);
    CHECK_FALSE(skips(from_hex("81") + from_hex(hex)));
    CHECK_FALSE(skips(from_hex("a16161") + from_hex(hex)));
  }
}

TEST_CASE("a map has at most 16 keys, an array as many elements as there are [ENC-3]") {
  CHECK(skips(map_of(15)));
  CHECK(skips(map_of(16)));
  CHECK_FALSE(skips(map_of(17)));
  CHECK_FALSE(skips(map_of(24)));
  CHECK(skips(Buffer{0x98, 100} + Buffer(100, 0xf5)));
}

TEST_CASE("the reader tells kinds apart") {
  const std::vector<std::string_view> kinds = {"05", "41aa", "6161", "8105", "a1616105", "f5"};
  for (std::size_t is = 0; is < kinds.size(); ++is) {
    for (std::size_t asked = 0; asked < kinds.size(); ++asked) {
      const Buffer bytes = from_hex(kinds[is]);
      CborReader reader(bytes);
      const std::array<bool, 6> answers = {
          asked == 0 && reader.read_unsigned().has_value(),
          asked == 1 && reader.read_bytes().has_value(),
          asked == 2 && reader.read_text().has_value(),
          asked == 3 && reader.enter_array().has_value(),
          asked == 4 && reader.enter_map().has_value(),
          asked == 5 && reader.read_bool().has_value(),
      };
      CHECK(answers[asked] == (is == asked));
    }
  }
}

TEST_CASE("a map is read key by key and left after its last value") {
  const Buffer bytes = from_hex("82 a2 6161 8100 6162 a0 f5");
  CborReader reader(bytes);
  CHECK(reader.enter_array() == 2u);
  CHECK(reader.enter_map() == 2u);
  CHECK_FALSE(reader.read_unsigned());  // A key comes first,
  CHECK(reader.next_key() == "a");
  CHECK_FALSE(reader.next_key());  // then its value.
  CHECK(reader.enter_array() == 1u);
  CHECK_FALSE(reader.next_key());
  CHECK(reader.read_unsigned() == 0u);
  CHECK(reader.next_key() == "b");
  CHECK(reader.enter_map() == 0u);
  CHECK_FALSE(reader.done());
  CHECK(reader.read_bool() == true);
  CHECK(reader.done());
  CHECK_FALSE(reader.skip());
}

TEST_CASE("skip goes past one value inside a container") {
  const Buffer bytes = from_hex("a2 6161 82a0820102 6162 07");
  CborReader reader(bytes);
  CHECK(reader.enter_map() == 2u);
  CHECK(reader.next_key() == "a");
  CHECK(reader.skip());
  CHECK(reader.next_key() == "b");
  CHECK(reader.read_unsigned() == 7u);
  CHECK(reader.done());
}

TEST_CASE("the writer writes shortest heads [ENC-1]") {
  const std::vector<std::pair<std::uint64_t, std::string_view>> numbers = {
      {0, "00"},
      {23, "17"},
      {24, "1818"},
      {255, "18ff"},
      {256, "190100"},
      {65535, "19ffff"},
      {65536, "1a00010000"},
      {0xffffffff, "1affffffff"},
      {0x100000000, "1b0000000100000000"},
      {~std::uint64_t{0}, "1bffffffffffffffff"},
  };
  for (const auto& [number, hex] : numbers) {
    Buffer bytes(9);
    base::ByteWriter writer(bytes);
    CborWriter(writer).write_unsigned(number);
    bytes.resize(writer.position());
    CHECK(bytes == from_hex(hex));
    CborReader reader(bytes);
    CHECK(reader.read_unsigned() == number);
  }
}

TEST_CASE("the reader and a second decoder agree on mutated values") {
  std::mt19937_64 random(3);
  std::size_t accepted = 0;
  for (int round = 0; round < 200000; ++round) {
    Buffer bytes = from_hex(kGood[random() % kGood.size()]);
    if (random() % 2 == 0) bytes = Buffer{0x82} + bytes + from_hex(kGood[random() % kGood.size()]);
    for (std::uint64_t flips = random() % 3; flips > 0; --flips) {
      bytes[random() % bytes.size()] ^= static_cast<std::uint8_t>(1u << random() % 8);
    }
    const bool expected = CborModel::accepts(bytes);
    accepted += expected ? 1 : 0;
    if (skips(bytes) != expected || copy_cbor(bytes).has_value() != expected) {
      FAIL_CHECK("they differ on " << to_hex(bytes));
    }
  }
  CHECK(accepted > 20000);
  CHECK(accepted < 180000);
}

TEST_CASE("keys are ordered by length, then by bytes [ENC-1]") {
  CHECK(cbor_key_before("z", "aa"));
  CHECK(cbor_key_before("a", "b"));
  CHECK_FALSE(cbor_key_before("a", "a"));
  CHECK(cbor_key_before("", "a"));
  CHECK(cbor_key_before("a", "\xc3"));
}
