// SPDX-License-Identifier: MIT
#include "session/packet_opener.h"

#include <algorithm>

namespace jetstream::session {
namespace {

/// 2^36 for both suites: the smaller of the two limits, and what DTLS 1.3 uses (RFC 9147 4.5.3). A
/// lower one would only let strangers close sessions [LIM-2].
constexpr std::uint64_t kIntegrityLimit = std::uint64_t{1} << 36;

}  // namespace

Result<PacketOpener::Opened, DropReason> PacketOpener::open(MutableBytes packet) {
  if (packet.size() < wire::kMinShortPacket) return unexpected(DropReason::kTooShort);
  const auto [flags, low] = cipher_.unmask(keys_, packet, wire::kShortHeaderSize);
  // One number, and one try with it [PKT-15].
  const std::uint64_t number = wire::decode_packet_number(low, largest_);
  const auto payload = cipher_.open(keys_, number, packet, wire::kShortHeaderSize);
  if (!payload) {
    ++failures_;
    return unexpected(DropReason::kAuthentication);
  }
  // These keys belong to phase 0, the only one there is [PKT-16].
  if (!wire::reserved_bits_clear(flags) || (flags & wire::kKeyPhaseBit) != 0) {
    return unexpected(DropReason::kMalformed);
  }
  // Only after the AEAD, so that timing tells nobody which numbers have arrived [PKT-11].
  if (seen_.seen(number)) return unexpected(DropReason::kDuplicate);
  return Opened{number, *payload};
}

void PacketOpener::record(std::uint64_t number) {
  seen_.mark(number);
  largest_ = std::max(number, largest_.value_or(0));
}

bool PacketOpener::integrity_limit_reached() const { return failures_ >= kIntegrityLimit; }

}  // namespace jetstream::session
