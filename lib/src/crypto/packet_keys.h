// SPDX-License-Identifier: MIT
#pragma once

#include "crypto/digest.h"

namespace jetstream::crypto {

/// What protects the packets of one direction in one key phase.
struct PacketKeys {
  CipherSuite suite = CipherSuite::kAes256Gcm;
  Secret key;
  base::SecretBytes<12> iv;
  /// Protects the header; stays the same over key updates.
  Secret hp;
  /// Names these keys in a PacketCipher: from its next_serial(), never used for other keys.
  std::uint64_t serial = 0;
};

PacketKeys derive_packet_keys(CipherSuite suite, const Secret& traffic, std::uint64_t serial);
/// The keys of the next phase: `traffic` is next_traffic_secret() of the current one, and hp is
/// taken over from `current`.
PacketKeys derive_updated_keys(const PacketKeys& current, const Secret& traffic,
                               std::uint64_t serial);

}  // namespace jetstream::crypto
