// SPDX-License-Identifier: MIT
#pragma once

#include "crypto/digest.h"

namespace jetstream::crypto {

/// What protects the packets of one direction in one key phase.
struct PacketKeys {
  CipherSuite suite = CipherSuite::kAes256Gcm;
  Secret key;
  base::SecretBytes<12> iv;
  /// Where these come from and the keys of the next phase will.
  Secret traffic;
  /// Protects the header; stays the same over key updates.
  Secret hp;
  /// Names these keys in a PacketCipher: from its next_serial(), never used for other keys.
  std::uint64_t serial = 0;
};

PacketKeys derive_packet_keys(CipherSuite suite, const Secret& traffic, std::uint64_t serial);
/// The keys of the next phase; hp is taken over from `current` [KU-1].
PacketKeys derive_updated_keys(const PacketKeys& current, std::uint64_t serial);

}  // namespace jetstream::crypto
