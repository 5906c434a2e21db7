// SPDX-License-Identifier: MIT
#pragma once

#include "crypto/digest.h"
#include "jetstream/identity.h"

namespace jetstream::crypto {

using Signature = std::array<std::uint8_t, 64>;

/// The public half of a 32-byte private seed (RFC 8032 5.1.5).
PublicKey ed25519_public_key(Bytes seed);

Signature sign(const Identity& identity, Bytes message);
/// False for a wrong signature, one that is not 64 bytes, and for every signature of a weak key.
bool verify(const PublicKey& key, Bytes message, Bytes signature);

/// Whether a key is one of the 14 encodings of a point of small order, for which one constant
/// signature fits an eighth or more of all messages, or any other encoding that is not canonical.
/// OpenSSL takes them all. No honestly made key is among them [KEY-10].
bool is_weak_key(const PublicKey& key);

/// The signatures of a handshake, over 64 blanks, "JS1 <role> handshake signature", a zero byte
/// and the transcript hash: they fit neither the other role nor another protocol.
Signature sign_transcript(const Identity& identity, Role signer, const Digest& transcript);
bool verify_transcript(const PublicKey& key, Role signer, const Digest& transcript,
                       Bytes signature);

}  // namespace jetstream::crypto
