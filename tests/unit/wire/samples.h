// SPDX-License-Identifier: MIT
//
// What the tests of the wire layer share: bytes from hex, frames to bytes and back, and one valid
// encoding of every frame, written by hand.
#pragma once

#include <catch2/catch.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "wire/frame.h"

namespace jetstream::wire::test {

using Buffer = std::vector<std::uint8_t>;

/// "08 0a ff": spaces are ignored.
inline Buffer from_hex(std::string_view hex) {
  Buffer bytes;
  std::string digits;
  for (const char c : hex) {
    if (c != ' ') digits += c;
  }
  REQUIRE(digits.size() % 2 == 0);
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    bytes.push_back(static_cast<std::uint8_t>(std::stoul(digits.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

inline Buffer operator+(Buffer a, const Buffer& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

inline Buffer varint(std::uint64_t value) {
  Buffer bytes(varint_size(value));
  base::ByteWriter writer(bytes);
  write_varint(writer, value);
  return bytes;
}

/// Written into a buffer of exactly encoded_size() bytes, so that a wrong size is noticed.
template <class F>
Buffer encode(const F& frame) {
  Buffer bytes(encoded_size(frame), 0xee);
  base::ByteWriter writer(bytes);
  write(writer, frame);
  REQUIRE(writer.remaining() == 0);
  return bytes;
}

/// The one frame that `bytes` consist of.
inline Frame parse_one(const Buffer& bytes) {
  FrameReader reader(bytes);
  Result<Frame, Violation> frame = reader.next();
  REQUIRE(frame);
  REQUIRE(reader.done());
  return *frame;
}

template <class F>
F parse_as(const Buffer& bytes) {
  const Frame frame = parse_one(bytes);
  REQUIRE(std::holds_alternative<F>(frame));
  return std::get<F>(frame);
}

/// Whether the frame is refused, for the right reason and with its own type.
inline bool is_refused(const Buffer& bytes) {
  FrameReader reader(bytes);
  const Result<Frame, Violation> frame = reader.next();
  if (frame) return false;
  CHECK(frame.error().code == TransportCode::kFrameEncodingError);
  CHECK(frame.error().frame_type == bytes.at(0));
  CHECK_FALSE(frame.error().reason.empty());
  return true;
}

/// Numbers around which varints change their size.
inline const std::vector<std::uint64_t> kBoundaries = {
    0,
    1,
    63,
    64,
    (std::uint64_t{1} << 14) - 1,
    std::uint64_t{1} << 14,
    (std::uint64_t{1} << 30) - 1,
    std::uint64_t{1} << 30,
    kVarintMax,
};

/// One encoding of every frame, by hand, in the form in which this implementation writes it.
inline const std::vector<std::string_view> kFrameSamples = {
    "00",
    "00 00 00 00 00",
    "01",
    "02 0a 19 00 03",                    // 7 to 10
    "02 4400 7fff 02 05 0a 01 41f4 00",  // 1019 to 1024, 1006 to 1007, 504
    "04 05 07 4064",
    "05 05 07",
    "0a 05 03 616263",
    "0b 05 00",
    "0e 07 4040 02 6869",
    "0f bfffffff c000000100000000 01 21",
    "10 80100000",
    "11 03 80040000",
    "12 bfffffff",
    "14 80100000",
    "15 03 80040000",
    "18 01 03 10 00 01 04 6563686f",
    "18 02 07 ff 00 00 00",
    "18 05 00 01 03 01 01 78",
    "19 05 00 00 00 00",
    "19 05 4040 02 05 03 636465",
    "19 bfffffff c000000100000000 00 02 01 68",
    "1a 0102030405060708",
    "1b fffefdfcfbfaf9f8",
    "1c 00 00 00 00 00 00",
    "1c 05 22 18 43e8 12 00000000000000000000ffffc0000207 9c40 03 627965",
    "1d 8000 7530 43e8 00",
    "1d 00 00 12 00000000000000000000ffffc0000207 9c40",
    "1e",
    "1f 05 07 4064",
    "20 01",
    "21 ffffffffffffffff",
    "22 80015180 fffffff1 0001 80004000 04 5449434b",
    "22 00 00000000 0000 00 01 54",
    "23 02",
    "24 46 41030000000000000000000000000000000000000000000000000000000000000000000000000000"
    "000000000000000000000000000000000000000000000000000000000005",
    "25 01 00 0011223344556677 000102030405060708090a0b0c0d0e0f",
    "25 4400 43ff 8899aabbccddeeff f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
    "26 4100",
};

}  // namespace jetstream::wire::test
