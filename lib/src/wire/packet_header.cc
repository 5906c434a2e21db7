// SPDX-License-Identifier: MIT
#include "wire/packet_header.h"

#include <algorithm>

namespace jetstream::wire {
namespace {

/// pn, one byte of plaintext and the tag.
constexpr std::size_t kMinProtectedLength = kPacketNumberSize + 1 + kTagSize;
constexpr std::size_t kDestinationOffset = 1;

bool read_id(base::ByteReader& reader, ConnectionId& id) {
  const std::optional<Bytes> bytes = reader.read_bytes(ConnectionId::kSize);
  if (bytes) std::ranges::copy(*bytes, id.bytes.begin());
  return bytes.has_value();
}

constexpr std::uint8_t long_type_bits(PacketType type) {
  return static_cast<std::uint8_t>(static_cast<unsigned>(type) << 4);
}

std::optional<PacketView> cut_short_packet(MutableBytes datagram) {
  // Nothing shorter can hold a sample and a frame [PKT-6].
  if (datagram.size() < kMinShortPacket) return std::nullopt;
  base::ByteReader reader(datagram.subspan(kDestinationOffset));
  PacketView packet;
  packet.type = PacketType::kShort;
  read_id(reader, packet.destination);
  packet.bytes = datagram;
  packet.pn_offset = kShortHeaderSize - kPacketNumberSize;
  return packet;
}

/// Nullopt for what is cut off, claims more than there is, or can't be what it says [PKT-4].
std::optional<PacketView> cut_long_packet(MutableBytes datagram) {
  if (datagram.size() < kLongHeaderSize) return std::nullopt;
  const std::uint8_t flags = datagram[0];
  base::ByteReader reader(datagram.subspan(kDestinationOffset));
  PacketView packet;
  read_id(reader, packet.destination);
  packet.version = *reader.read_u32();
  read_id(reader, packet.source);
  const std::size_t length = *reader.read_u16();
  if (length > reader.remaining()) return std::nullopt;
  packet.type = packet.version == 0 ? PacketType::kVersionNegotiation
                                    : static_cast<PacketType>((flags & kLongTypeBits) >> 4);
  const bool is_handshake = packet.version == kVersion1 && packet.type == PacketType::kHandshake;
  if (is_handshake && length < kMinProtectedLength) return std::nullopt;
  packet.bytes = datagram.first(kLongHeaderSize + length);
  packet.pn_offset = kLongHeaderSize;
  return packet;
}

}  // namespace

std::optional<PacketView> next_packet(MutableBytes& datagram, bool& malformed) {
  malformed = false;
  // Padding, which ends the datagram [PKT-3].
  if (datagram.empty() || (datagram[0] & kFixedBit) == 0) return std::nullopt;
  const std::optional<PacketView> packet =
      (datagram[0] & kLongBit) != 0 ? cut_long_packet(datagram) : cut_short_packet(datagram);
  malformed = !packet;
  if (packet) datagram = datagram.subspan(packet->bytes.size());
  return packet;
}

bool reserved_bits_clear(std::uint8_t unmasked_flags) {
  const std::uint8_t reserved =
      (unmasked_flags & kLongBit) != 0 ? kLongReservedBits : kShortReservedBits;
  return (unmasked_flags & reserved) == 0;
}

std::uint64_t decode_packet_number(std::uint32_t low, std::optional<std::uint64_t> largest) {
  constexpr std::uint64_t kWindow = std::uint64_t{1} << 32;
  const std::uint64_t expected = largest ? *largest + 1 : 0;
  const std::uint64_t candidate = (expected & ~(kWindow - 1)) | low;
  if (candidate + kWindow / 2 <= expected && candidate + kWindow <= kPacketNumberMax) {
    return candidate + kWindow;
  }
  const bool too_large = candidate > kPacketNumberMax || candidate > expected + kWindow / 2;
  return too_large && candidate >= kWindow ? candidate - kWindow : candidate;
}

void write_short_header(base::ByteWriter& writer, const ConnectionId& destination, std::uint64_t pn,
                        std::uint64_t key_phase) {
  writer.write_u8(static_cast<std::uint8_t>(kFixedBit | ((key_phase & 1) != 0 ? kKeyPhaseBit : 0)));
  writer.write_bytes(destination.bytes);
  writer.write_u32(static_cast<std::uint32_t>(pn));
}

void write_long_header(base::ByteWriter& writer, PacketType type, const ConnectionId& destination,
                       const ConnectionId& source, std::uint16_t length, std::uint32_t version) {
  JS_ASSERT(type != PacketType::kShort);
  const bool negotiation = type == PacketType::kVersionNegotiation;
  writer.write_u8(
      static_cast<std::uint8_t>(kLongBit | kFixedBit | (negotiation ? 0 : long_type_bits(type))));
  writer.write_bytes(destination.bytes);
  writer.write_u32(negotiation ? 0 : version);
  writer.write_bytes(source.bytes);
  writer.write_u16(length);
}

}  // namespace jetstream::wire
