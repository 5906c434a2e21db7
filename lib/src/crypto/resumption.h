// SPDX-License-Identifier: MIT
//
// The branches of the key schedule that tickets hang on (docs/PROTOCOL.md, "Resumption").
#pragma once

#include "crypto/key_schedule.h"

namespace jetstream::crypto {

/// Proves in a ClientHello that its sender has the pre-shared key. `truncated` is the digest of the
/// ClientHello as framed, without its last 32 bytes, which are the binder [KEY-11].
Digest binder_mac(const Secret& early, const Digest& truncated);
/// Protects 0-RTT packets; `hello` is the digest of the ClientHello [KEY-12].
Secret early_traffic_secret(const Secret& early, const Digest& hello);
/// What all tickets of a session are derived from; `handshake` is the digest up to ClientFinished
/// [KEY-13].
Secret resumption_secret(const Secret& master, const Digest& handshake);
/// The pre-shared key of the ticket with this nonce.
Secret ticket_psk(const Secret& resumption, std::uint16_t nonce);

}  // namespace jetstream::crypto
