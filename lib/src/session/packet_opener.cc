// SPDX-License-Identifier: MIT
#include "session/packet_opener.h"

#include <algorithm>

namespace jetstream::session {
namespace {

/// 2^36 for both suites: the smaller of the two limits, and what DTLS 1.3 uses (RFC 9147 4.5.3). A
/// lower one would only let strangers close sessions [LIM-2].
constexpr std::uint64_t kIntegrityLimit = std::uint64_t{1} << 36;

}  // namespace

PacketOpener::PacketOpener(crypto::PacketCipher& cipher, crypto::PacketKeys keys,
                           std::uint64_t failures)
    : cipher_(cipher), keys_(std::move(keys)), failures_(failures) {
  prepare_next();
}

PacketOpener::~PacketOpener() {
  forget_previous();
  cipher_.forget(keys_);
  cipher_.forget(next());
}

Result<PacketOpener::Opened, DropReason> PacketOpener::open(MutableBytes packet) {
  if (packet.size() < wire::kMinShortPacket) return unexpected(DropReason::kTooShort);
  const auto [flags, low] = cipher_.unmask(keys_, packet, wire::kShortHeaderSize);
  // One number, and one try with it [PKT-15]: phase bit and number say whose keys they are [KU-2].
  const std::uint64_t number = wire::decode_packet_number(low, seen_.largest());
  const bool current = ((flags & wire::kKeyPhaseBit) != 0) == ((phase_ & 1) != 0);
  const bool late = !current && previous_ && number < phase_begin_;
  const auto open_with = [&, number = number](const crypto::PacketKeys& keys) {
    return cipher_.open(keys, number, packet, wire::kShortHeaderSize);
  };
  const auto payload = current ? open_with(keys_)
                       : late  ? open_with(*previous_)
                               : open_with(next());
  if (!payload) {
    ++failures_;
    return unexpected(DropReason::kAuthentication);
  }
  if (!wire::reserved_bits_clear(flags)) return unexpected(DropReason::kMalformed);  // [PKT-16]
  // Only after the AEAD, so that timing tells nobody which numbers have arrived [PKT-11].
  if (seen_.seen(number)) return unexpected(DropReason::kDuplicate);
  return Opened{number, current ? phase_ : late ? phase_ - 1 : phase_ + 1, *payload};
}

Result<PacketOpener::Opened, DropReason> PacketOpener::open_early(const crypto::PacketKeys& keys,
                                                                  MutableBytes packet) {
  constexpr std::size_t kHeader = wire::kProtectedLongHeaderSize;
  if (packet.size() < kHeader + 1 + wire::kTagSize) return unexpected(DropReason::kTooShort);
  const auto [flags, low] = cipher_.unmask(keys, packet, kHeader);
  const std::uint64_t number = wire::decode_packet_number(low, seen_.largest());
  const auto payload = cipher_.open(keys, number, packet, kHeader);
  if (!payload) {
    ++failures_;
    return unexpected(DropReason::kAuthentication);
  }
  if (!wire::reserved_bits_clear(flags)) return unexpected(DropReason::kMalformed);  // [PKT-16]
  if (seen_.seen(number)) return unexpected(DropReason::kDuplicate);
  return Opened{number, phase_, *payload};
}

bool PacketOpener::out_of_order(const Opened& opened) const {
  return opened.phase > phase_ && seen_.largest() && opened.number < *seen_.largest();
}

void PacketOpener::record(const Opened& opened) {
  if (opened.phase > phase_) {
    advance();
    phase_begin_ = opened.number;
  }
  if (opened.phase == phase_) phase_begin_ = std::min(phase_begin_, opened.number);
  seen_.mark(opened.number);
}

void PacketOpener::advance() {
  forget_previous();
  previous_ = std::make_unique<crypto::PacketKeys>(keys_);
  keys_ = next();
  prepare_next();
  ++phase_;
}

crypto::PacketKeys PacketOpener::next() const {
  crypto::PacketKeys keys = keys_;
  keys.key = next_.key;
  keys.iv = next_.iv;
  keys.serial = next_.serial;
  return keys;
}

void PacketOpener::prepare_next() {
  const auto keys = crypto::derive_updated_keys(keys_, cipher_.next_serial());
  next_ = {keys.key, keys.iv, keys.serial};
  keys_.traffic = keys.traffic;
}

void PacketOpener::forget_previous() {
  if (previous_) cipher_.forget(*previous_);
  previous_.reset();
}

bool PacketOpener::integrity_limit_reached() const { return failures_ >= kIntegrityLimit; }

}  // namespace jetstream::session
