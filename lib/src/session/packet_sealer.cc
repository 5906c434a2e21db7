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

bool PacketSealer::confidentiality_limit_reached() const {
  return next_ >= (keys_.suite == CipherSuite::kAes256Gcm ? kAesGcmLimit : kNumberLimit);
}

}  // namespace jetstream::session
