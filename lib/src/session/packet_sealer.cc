// SPDX-License-Identifier: MIT
#include "session/packet_sealer.h"

namespace jetstream::session {
namespace {

/// RFC 9001 6.6 for AES-GCM [LIM-1]. ChaCha20-Poly1305 has no limit that packet numbers could
/// reach, so the end of the number space is its limit [LIM-3]. Both less what may follow: the rest
/// of a train, CLOSE and its repetitions.
constexpr std::uint64_t kLeftForClosing = 128;
constexpr std::uint64_t kAesGcmLimit = (std::uint64_t{1} << 23) - kLeftForClosing;
constexpr std::uint64_t kNumberLimit = wire::kPacketNumberMax - kLeftForClosing;

}  // namespace

void PacketSealer::finish(MutableBytes packet) {
  cipher_.seal(keys_, next_++, packet, wire::kShortHeaderSize);
  bytes_in_phase_ += packet.size();
}

bool PacketSealer::confidentiality_limit_reached() const {
  return next_ >= kNumberLimit ||
         (keys_.suite == CipherSuite::kAes256Gcm && packets_in_phase() >= kAesGcmLimit);
}

void PacketSealer::update() {
  crypto::PacketKeys next = crypto::derive_updated_keys(keys_, cipher_.next_serial());
  cipher_.forget(keys_);
  keys_ = std::move(next);
  ++phase_;
  phase_begin_ = next_;
  bytes_in_phase_ = 0;
}

}  // namespace jetstream::session
