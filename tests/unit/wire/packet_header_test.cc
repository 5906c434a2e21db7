// SPDX-License-Identifier: MIT
#include "wire/packet_header.h"

#include <random>

#include "samples.h"

using namespace jetstream;
using namespace jetstream::wire;
using namespace jetstream::wire::test;

namespace {

const ConnectionId kDestination{{1, 2, 3, 4, 5, 6, 7, 8}};
const ConnectionId kSource{{9, 10, 11, 12, 13, 14, 15, 16}};

Buffer long_packet(PacketType type, std::size_t length, std::uint32_t version = kVersion1) {
  Buffer packet(kLongHeaderSize + length, 0x77);
  base::ByteWriter writer(packet);
  write_long_header(writer, type, kDestination, kSource, static_cast<std::uint16_t>(length),
                    version);
  REQUIRE(writer.position() == kLongHeaderSize);
  return packet;
}

Buffer short_packet(std::size_t size) {
  Buffer packet(size, 0x66);
  base::ByteWriter writer(packet);
  write_short_header(writer, kDestination, 0x1122334455667788);
  REQUIRE(writer.position() == kShortHeaderSize);
  return packet;
}

struct Cut {
  std::vector<PacketView> packets;
  bool malformed = false;
  std::size_t left = 0;
};

Cut cut(Buffer& datagram) {
  Cut result;
  MutableBytes rest = datagram;
  while (const auto packet = next_packet(rest, result.malformed)) result.packets.push_back(*packet);
  result.left = rest.size();
  return result;
}

}  // namespace

TEST_CASE("headers are written as the layout says") {
  const Buffer packet = short_packet(30);
  CHECK(Buffer(packet.begin(), packet.begin() + 13) == from_hex("40 0102030405060708 55667788"));
  const std::vector<std::pair<PacketType, std::string_view>> flags = {
      {PacketType::kInitial, "c0"},
      {PacketType::kEarly, "d0"},
      {PacketType::kHandshake, "e0"},
      {PacketType::kRetry, "f0"},
  };
  for (const auto& [type, first] : flags) {
    CHECK(long_packet(type, 0x0102).at(0) == from_hex(first)[0]);
  }
  const Buffer initial = long_packet(PacketType::kInitial, 0x0102);
  CHECK(Buffer(initial.begin(), initial.begin() + 23) ==
        from_hex("c0 0102030405060708 00000001 090a0b0c0d0e0f10 0102"));
  const Buffer negotiation = long_packet(PacketType::kVersionNegotiation, 4, 77);
  CHECK(Buffer(negotiation.begin(), negotiation.begin() + 13) ==
        from_hex("c0 0102030405060708 00000000"));
}

TEST_CASE("headers are read as they were written") {
  for (const PacketType type : {PacketType::kInitial, PacketType::kEarly, PacketType::kHandshake,
                                PacketType::kRetry, PacketType::kVersionNegotiation}) {
    Buffer datagram = long_packet(type, 40);
    const Cut result = cut(datagram);
    REQUIRE(result.packets.size() == 1);
    CHECK_FALSE(result.malformed);
    const PacketView& packet = result.packets[0];
    CHECK(packet.type == type);
    CHECK(packet.destination == kDestination);
    CHECK(packet.source == kSource);
    CHECK(packet.version == (type == PacketType::kVersionNegotiation ? 0 : kVersion1));
    CHECK(packet.bytes.data() == datagram.data());
    CHECK(packet.bytes.size() == datagram.size());
    CHECK(packet.pn_offset == kLongHeaderSize);
  }
  Buffer datagram = short_packet(64);
  const Cut result = cut(datagram);
  REQUIRE(result.packets.size() == 1);
  CHECK(result.packets[0].type == PacketType::kShort);
  CHECK(result.packets[0].destination == kDestination);
  CHECK(result.packets[0].bytes.size() == 64);
  CHECK(result.packets[0].pn_offset + kPacketNumberSize == kShortHeaderSize);
}

TEST_CASE("coalesced packets are cut apart, a short one last, padding unread [PKT-3]") {
  const Buffer initial = long_packet(PacketType::kInitial, 50);
  const Buffer handshake = long_packet(PacketType::kHandshake, 60);
  Buffer datagram = initial + handshake + short_packet(33);
  Cut result = cut(datagram);
  REQUIRE(result.packets.size() == 3);
  CHECK_FALSE(result.malformed);
  CHECK(result.packets[1].bytes.data() == datagram.data() + initial.size());
  CHECK(result.packets[1].bytes.size() == handshake.size());
  CHECK(result.packets[2].bytes.size() == 33);

  datagram = initial + Buffer(1200 - initial.size());
  result = cut(datagram);
  CHECK(result.packets.size() == 1);
  CHECK_FALSE(result.malformed);
  CHECK(result.left == 1200 - initial.size());

  // Padding is what has no fixed bit, whatever comes behind it.
  for (const std::uint8_t first : Buffer{0x00, 0x3f, 0x80, 0xbf}) {
    datagram = initial + Buffer{first} + handshake;
    result = cut(datagram);
    CHECK(result.packets.size() == 1);
    CHECK_FALSE(result.malformed);
  }
}

TEST_CASE("a length that does not fit ends the datagram as malformed [PKT-4]") {
  for (const int off : {-1, 0, 1}) {
    Buffer datagram = long_packet(PacketType::kHandshake, 60);
    datagram[22] = static_cast<std::uint8_t>(60 + off);
    const Cut result = cut(datagram);
    if (off > 0) {
      CHECK(result.packets.empty());
      CHECK(result.malformed);
      continue;
    }
    REQUIRE(result.packets.size() == 1);
    CHECK(result.packets[0].bytes.size() == datagram.size() - (off < 0 ? 1 : 0));
    // One byte is left, 0x77: it has the fixed bit and is too short for a packet.
    CHECK(result.malformed == (off < 0));
  }
  Buffer datagram = long_packet(PacketType::kInitial, 10);
  datagram[21] = 0xff;
  datagram[22] = 0xff;
  CHECK(cut(datagram).malformed);
}

TEST_CASE("every cut through a long header is malformed") {
  const Buffer packet = long_packet(PacketType::kInitial, 0);
  for (std::size_t size = 1; size <= packet.size(); ++size) {
    Buffer datagram(packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(size));
    const Cut result = cut(datagram);
    CHECK(result.packets.size() == (size == packet.size() ? 1 : 0));
    CHECK(result.malformed == (size < packet.size()));
  }
}

TEST_CASE("packets too small to hold a byte of plaintext [PKT-4, PKT-6]") {
  for (std::size_t size = kShortHeaderSize; size <= 40; ++size) {
    Buffer datagram = short_packet(size);
    CHECK(cut(datagram).malformed == (size < 30));
  }
  for (std::size_t length = 0; length <= 30; ++length) {
    Buffer handshake = long_packet(PacketType::kHandshake, length);
    CHECK(cut(handshake).malformed == (length < 21));
    // Those that are skipped only have to end where they say.
    Buffer early = long_packet(PacketType::kEarly, length) + short_packet(30);
    CHECK(cut(early).packets.size() == 2);
  }
}

TEST_CASE("packets of other versions are only cut out") {
  Buffer datagram = long_packet(PacketType::kHandshake, 5, 0x0a0a0a0a);
  datagram[0] |= 0x0f;
  const Cut result = cut(datagram);
  REQUIRE(result.packets.size() == 1);
  CHECK(result.packets[0].version == 0x0a0a0a0a);

  // Version 0 is Version Negotiation, whatever the type bits say.
  Buffer negotiation = long_packet(PacketType::kRetry, 8, 0);
  CHECK(cut(negotiation).packets.at(0).type == PacketType::kVersionNegotiation);
}

TEST_CASE("an empty datagram and one of padding have no packets") {
  Buffer empty;
  CHECK(cut(empty).packets.empty());
  CHECK_FALSE(cut(empty).malformed);
  Buffer padding(1200);
  CHECK(cut(padding).packets.empty());
  CHECK_FALSE(cut(padding).malformed);
}

TEST_CASE("reserved bits differ between the two forms") {
  for (unsigned flags = 0; flags <= 0xff; ++flags) {
    const unsigned reserved = (flags & 0x80) != 0 ? 0x0f : 0x1f;
    CHECK(reserved_bits_clear(static_cast<std::uint8_t>(flags)) == ((flags & reserved) == 0));
  }
}

namespace {

__extension__ using Wide = __int128;

/// Tries every number that ends in `low` near the expected one, in numbers that can't overflow.
std::uint64_t naive_packet_number(std::uint32_t low, std::optional<std::uint64_t> largest) {
  const Wide expected = largest ? Wide{*largest} + 1 : Wide{0};
  const Wide step = Wide{1} << 32;
  std::optional<Wide> best;
  const auto distance = [&](Wide value) {
    return value > expected ? value - expected : expected - value;
  };
  for (Wide block = expected / step + 2; block >= expected / step - 2; --block) {
    const Wide value = block * step + low;
    if (value < 0 || value > Wide{kPacketNumberMax}) continue;
    if (!best || distance(value) < distance(*best)) best = value;
  }
  return static_cast<std::uint64_t>(*best);
}

}  // namespace

TEST_CASE("packet numbers are decoded as by a model with wide integers [PKT-10]") {
  CHECK(decode_packet_number(0x9b32, 0xa82f30ea) == 0x100009b32);
  CHECK(decode_packet_number(0xfffffffe, 0x100000001) == 0xfffffffe);
  CHECK(decode_packet_number(5, std::nullopt) == 5);
  CHECK(decode_packet_number(0xffffffff, std::nullopt) == 0xffffffff);

  std::vector<std::uint64_t> centers = {0,
                                        std::uint64_t{1} << 31,
                                        std::uint64_t{1} << 32,
                                        3 * (std::uint64_t{1} << 31),
                                        std::uint64_t{1} << 33,
                                        std::uint64_t{1} << 61,
                                        kPacketNumberMax - (std::uint64_t{1} << 32),
                                        kPacketNumberMax - (std::uint64_t{1} << 31),
                                        kPacketNumberMax};
  std::mt19937_64 random(1);
  for (int i = 0; i < 300; ++i) centers.push_back(random() & kPacketNumberMax);
  std::vector<std::optional<std::uint64_t>> largests = {std::nullopt};
  for (const std::uint64_t center : centers) {
    for (std::uint64_t step = 0; step < 3; ++step) {
      if (center >= step) largests.push_back(center - step);
      if (center + step <= kPacketNumberMax) largests.push_back(center + step);
    }
  }
  for (const auto& largest : largests) {
    const std::uint64_t expected = largest.value_or(0);
    std::vector<std::uint32_t> lows = {0, 1, 0x7fffffff, 0x80000000, 0x80000001, 0xffffffff};
    for (const std::uint64_t around : {expected, expected + 0x80000000}) {
      for (std::uint64_t step = 0; step < 4; ++step) {
        lows.push_back(static_cast<std::uint32_t>(around + step));
        lows.push_back(static_cast<std::uint32_t>(around - step));
      }
    }
    for (const std::uint32_t low : lows) {
      REQUIRE(decode_packet_number(low, largest) == naive_packet_number(low, largest));
    }
  }
}
