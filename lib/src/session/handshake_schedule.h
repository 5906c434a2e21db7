// SPDX-License-Identifier: MIT
#pragma once

#include "crypto/key_schedule.h"
#include "crypto/packet_cipher.h"
#include "crypto/packet_keys.h"
#include "jetstream/config.h"
#include "wire/hello.h"

namespace jetstream::session {

/// What a finished handshake hands over to the session.
struct Established {
  CipherSuite suite = CipherSuite::kAes256Gcm;
  crypto::PacketKeys send_keys;
  crypto::PacketKeys receive_keys;
  ConnectionId local_id;
  ConnectionId peer_id;
  /// Of peer_id; only servers give one away in the handshake.
  std::optional<ResetToken> peer_reset_token{};
  SessionId session_id;
  wire::HelloParams peer_params;
  std::optional<PublicKey> peer_identity;
  /// What tickets of this session are made from.
  crypto::Secret resumption{};
  bool resumed = false;
  bool early_accepted = false;
};

/// The secrets between ServerHello and the first 1-RTT packet, as either side computes them.
struct HandshakeSecrets {
  crypto::Secret client_traffic;
  crypto::Secret server_traffic;
  crypto::Secret master;
};

/// From the X25519 result, the transcript ClientHello..ServerHello and, if a ticket is used, its
/// pre-shared key [KEY-3].
HandshakeSecrets handshake_secrets(const crypto::Secret& shared, const crypto::Digest& hellos,
                                   Bytes psk = {});

/// The 1-RTT keys of one direction, from the transcript ClientHello..ServerFinished [KEY-4].
crypto::PacketKeys application_keys(CipherSuite suite, const crypto::Secret& master, Role sender,
                                    const crypto::Digest& flight, std::uint64_t serial);

/// Handshake packets are sealed once, so a side needs no more than these two numbers [PKT-2].
inline constexpr std::uint64_t kFlightNumber = 0;
inline constexpr std::uint64_t kRefusalNumber = 1;

/// Builds one Handshake packet around `messages` and returns its size.
std::size_t seal_handshake_packet(crypto::PacketCipher& cipher, const crypto::PacketKeys& keys,
                                  const ConnectionId& destination, const ConnectionId& source,
                                  std::uint64_t number, Bytes messages, MutableBytes out);

/// The messages inside the Handshake packet with that number, decrypted in place; nullopt if it is
/// another one or does not authenticate.
std::optional<MutableBytes> open_handshake_packet(crypto::PacketCipher& cipher,
                                                  const crypto::PacketKeys& keys,
                                                  std::uint64_t number, MutableBytes packet);

}  // namespace jetstream::session
