// SPDX-License-Identifier: MIT
#include <array>

#include "samples.h"

using namespace jetstream;
using namespace jetstream::wire;
using namespace jetstream::wire::test;

namespace {

std::vector<AckRange> ranges_of(const AckFrame& ack) {
  std::vector<AckRange> ranges;
  for (const AckRange& range : ack.ranges()) ranges.push_back(range);
  return ranges;
}

/// `count` single packet numbers with one missing between two, from `newest` down.
std::vector<AckRange> alternating(std::uint64_t newest, std::size_t count) {
  std::vector<AckRange> ranges;
  for (std::size_t i = 0; i < count; ++i) ranges.push_back({newest - 2 * i, newest - 2 * i});
  return ranges;
}

}  // namespace

TEST_CASE("ACK ranges are decoded newest first") {
  const Buffer bytes = from_hex("02 4400 7fff 02 05 0a 01 41f4 00");
  const auto ack = parse_as<AckFrame>(bytes);
  CHECK(ack.largest == 1024);
  CHECK(ack.delay_us == 0x3fff);
  CHECK(ack.range_count == 3);
  CHECK(ranges_of(ack) == std::vector<AckRange>{{1019, 1024}, {1006, 1007}, {504, 504}});
}

TEST_CASE("ACK ranges may reach 0 and not go below [ENC-12]") {
  CHECK(ranges_of(parse_as<AckFrame>(from_hex("02 05 00 00 05"))) == std::vector<AckRange>{{0, 5}});
  CHECK(is_refused(from_hex("02 05 00 00 06")));
  CHECK(ranges_of(parse_as<AckFrame>(from_hex("02 05 00 01 01 02 00"))) ==
        std::vector<AckRange>{{4, 5}, {0, 0}});
  CHECK(is_refused(from_hex("02 05 00 01 01 02 01")));
  CHECK(is_refused(from_hex("02 05 00 01 01 03 00")));
  CHECK(is_refused(from_hex("02 05 00 01 01 ffffffffffffffff 00")));
  CHECK(is_refused(from_hex("02 05 00 01 05 00 00")));
  CHECK(is_refused(from_hex("02 05 00 01 04 00 00")));
  CHECK(is_refused(from_hex("02 05 00 01 03 00 ffffffffffffffff")));
}

TEST_CASE("an ACK has at most 64 ranges [ENC-12]") {
  Buffer bytes = from_hex("02 40ff 00 3f 00");
  for (int i = 0; i < 63; ++i) bytes = bytes + from_hex("00 00");
  CHECK(ranges_of(parse_as<AckFrame>(bytes)) == alternating(255, 64));

  bytes = from_hex("02 40ff 00 4040 00");
  for (int i = 0; i < 64; ++i) bytes = bytes + from_hex("00 00");
  CHECK(is_refused(bytes));
}

TEST_CASE("write_ack_frame writes what parse_ack reads") {
  const std::vector<std::vector<AckRange>> cases = {
      {{0, 0}},
      {{kVarintMax, kVarintMax}},
      {{0, kVarintMax}},
      {{100, 200}, {90, 98}, {0, 3}},
      {{std::uint64_t{1} << 40, std::uint64_t{1} << 41}, {5, 5}},
      alternating(1000, 64),
  };
  for (const auto& ranges : cases) {
    Buffer buffer(1000);
    base::ByteWriter writer(buffer);
    REQUIRE(write_ack_frame(writer, ranges, 77) == ranges.size());
    buffer.resize(writer.position());
    const auto ack = parse_as<AckFrame>(buffer);
    CHECK(ack.largest == ranges.front().largest);
    CHECK(ack.delay_us == 77);
    CHECK(ack.range_count == ranges.size());
    CHECK(ranges_of(ack) == ranges);
    CHECK(encode(ack) == buffer);
  }
}

TEST_CASE("write_ack_frame writes as many ranges as fit") {
  const std::vector<AckRange> ranges = alternating(1000, 70);
  // Type, 2 bytes of largest, 1 of delay, count, first range; then 2 bytes for each further one.
  constexpr std::size_t kHead = 6;
  for (std::size_t room = 0; room < 200; ++room) {
    Buffer buffer(room);
    base::ByteWriter writer(buffer);
    const std::size_t written = write_ack_frame(writer, ranges, 9);
    const std::size_t expected =
        room < kHead ? 0 : std::min<std::size_t>(64, (room - kHead) / 2 + 1);
    REQUIRE(written == expected);
    REQUIRE(writer.position() == (expected == 0 ? 0 : kHead + 2 * (expected - 1)));
    if (expected == 0) continue;
    buffer.resize(writer.position());
    CHECK(ranges_of(parse_as<AckFrame>(buffer)) == alternating(1000, expected));
  }
}

TEST_CASE("write_ack_frame without ranges writes nothing") {
  std::array<std::uint8_t, 32> buffer{};
  base::ByteWriter writer(buffer);
  CHECK(write_ack_frame(writer, {}, 0) == 0);
  CHECK(writer.position() == 0);
}

TEST_CASE("an ACK that came in longer forms is written in the shortest") {
  const Buffer bytes = from_hex("02 400a 80000019 4001 c000000000000001 4000 8000 0003");
  CHECK(encode(parse_as<AckFrame>(bytes)) == from_hex("02 0a 19 01 01 00 03"));
}
