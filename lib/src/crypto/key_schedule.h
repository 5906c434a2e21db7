// SPDX-License-Identifier: MIT
//
// The tree of secrets of a JS1 handshake. It has the form of TLS 1.3's (RFC 8446 7.1) with labels
// of its own:
//
//   psk    -> early     -> derive_secret "c e traffic", "res binder"
//   x25519 -> handshake -> derive_secret "c hs traffic", "s hs traffic"
//             master    -> derive_secret "c ap traffic", "s ap traffic", "exp master", "res master"
//
// Whoever derives a child and needs the parent no more erases the parent.
#pragma once

#include "crypto/digest.h"

namespace jetstream::crypto {

/// From the pre-shared key of a ticket (32 bytes); empty for a full handshake.
Secret early_secret(Bytes psk);
/// Mixes in what X25519 agreed on.
Secret handshake_secret(const Secret& early, const Secret& shared);
Secret master_secret(const Secret& handshake);

/// A child of one of the three, bound to the transcript up to a point.
Secret derive_secret(const Secret& parent, std::string_view label, const Digest& transcript);
/// The traffic secret after a key update.
Secret next_traffic_secret(const Secret& traffic);

/// The proof that the owner of a handshake traffic secret saw this transcript. Compare it with
/// constant_time_equal() [KEY-9].
Digest finished_mac(const Secret& traffic, const Digest& transcript);

}  // namespace jetstream::crypto
