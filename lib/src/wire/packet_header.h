// SPDX-License-Identifier: MIT
//
// The two header forms (docs/PROTOCOL.md, "Packets"), integers big endian:
//   short  flags(1) destination(8) pn(4) ciphertext tag(16)
//   long   flags(1) destination(8) version(4) source(8) length(2) ...
// where `length` counts every byte behind itself: pn(4), ciphertext and tag of 0-RTT and Handshake
// packets, the cleartext of Initial, Retry and Version Negotiation, which have neither pn nor tag.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "jetstream/types.h"

namespace jetstream::wire {

inline constexpr std::uint32_t kVersion1 = 1;
inline constexpr std::size_t kPacketNumberSize = 4;
inline constexpr std::size_t kShortHeaderSize = 13;
inline constexpr std::size_t kLongHeaderSize = 23;  ///< Without pn.
inline constexpr std::size_t kProtectedLongHeaderSize = 27;
inline constexpr std::size_t kTagSize = 16;  ///< Of both AEADs.
/// Header, one byte of plaintext and the tag: nothing shorter can hold a frame.
inline constexpr std::size_t kMinShortPacket = 30;
/// A datagram with a client hello is at least this long, so that the answer is no amplification.
inline constexpr std::size_t kMinHelloDatagram = 1200;
/// Packet numbers have 62 bits, so that an ACK can carry them as varints.
inline constexpr std::uint64_t kPacketNumberMax = (std::uint64_t{1} << 62) - 1;

/// Bits of the first byte. The masked ones are readable only after header protection is removed.
inline constexpr std::uint8_t kLongBit = 0x80;
inline constexpr std::uint8_t kFixedBit = 0x40;
inline constexpr std::uint8_t kKeyPhaseBit = 0x20;        ///< Short, masked.
inline constexpr std::uint8_t kShortReservedBits = 0x1f;  ///< Masked.
inline constexpr std::uint8_t kLongTypeBits = 0x30;
inline constexpr std::uint8_t kLongReservedBits = 0x0f;  ///< Masked where the packet is protected.

enum class PacketType : std::uint8_t {
  kInitial,
  kEarly,
  kHandshake,
  kRetry,
  kVersionNegotiation,
  kShort,
};

/// One packet of a datagram: header parsed, still protected.
struct PacketView {
  PacketType type = PacketType::kShort;
  ConnectionId destination;
  ConnectionId source;        ///< Long headers only.
  std::uint32_t version = 0;  ///< Long headers only; 0 is Version Negotiation.
  /// The whole packet, header included; a view of the datagram.
  MutableBytes bytes;
  /// Where the packet number starts, or the cleartext of Initial, Retry and Version Negotiation.
  std::size_t pn_offset = 0;
};

/// Takes the next packet off the front of `datagram`; nullopt ends the datagram. `malformed` tells
/// whether it ended for a bad reason rather than by its end or padding (a byte without the fixed
/// bit; what follows it is not read).
///
/// Bad are a header that is cut off, a `length` beyond the end, and a Handshake or short packet
/// that is too small to be one. 0-RTT and Retry packets are only cut out, as they are skipped, and
/// so are those of another version, so that the receiver can answer with Version Negotiation. That
/// all destinations of one datagram are equal is left to the caller.
std::optional<PacketView> next_packet(MutableBytes& datagram, bool& malformed);

/// Whether the bits that must be 0 are, of either form. To be asked only after the AEAD has
/// verified the packet.
bool reserved_bits_clear(std::uint8_t unmasked_flags);

/// The number nearest to largest + 1 (0 without any) that ends in `low`, at most kPacketNumberMax.
/// Of two equally near ones the larger [PKT-10].
std::uint64_t decode_packet_number(std::uint32_t low, std::optional<std::uint64_t> largest);

/// The short header with the low half of `pn`, the low bit of `key_phase`, reserved bits 0 [PKT-1].
void write_short_header(base::ByteWriter& writer, const ConnectionId& destination, std::uint64_t pn,
                        std::uint64_t key_phase = 0);

/// The long header without pn. `type` is not kShort; for kVersionNegotiation `version` is ignored
/// and 0 is written.
void write_long_header(base::ByteWriter& writer, PacketType type, const ConnectionId& destination,
                       const ConnectionId& source, std::uint16_t length,
                       std::uint32_t version = kVersion1);

}  // namespace jetstream::wire
