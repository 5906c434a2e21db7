// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "crypto/ed25519.h"
#include "support/raw_peer.h"

namespace jetstream::testing {

/// A server's answer to a hello, built from the keys up and without the server's code, so that a
/// test can get any single thing wrong.
struct FlightForge {
  /// What the server says; the defaults are right.
  wire::ServerHello hello;
  wire::ServerParams params;
  std::uint32_t header_version = wire::kVersion1;
  /// Source and destination of the headers, where they are not those of the hellos.
  std::optional<ConnectionId> initial_source, handshake_source;
  std::optional<ConnectionId> initial_destination, handshake_destination;
  std::optional<CipherSuite> sealed_with;
  Role signer = Role::kServer;
  /// Who signs; its key is params.identity unless that was changed.
  Identity identity;
  std::optional<crypto::Signature> signature;
  bool break_mac = false;
  bool break_signature = false;
  std::uint64_t number = 0;
  /// Which of ServerParams, ServerVerify and ServerFinished the packet has, in this order.
  std::vector<std::size_t> order = {0, 1, 2};
  /// Put behind the last message, inside the packet.
  Buffer trailer;
  /// Of the ticket, if the server is to use it.
  Buffer psk;
  /// Messages in place of the flight.
  Buffer instead;
  /// Put behind ServerHello, inside its packet.
  Buffer hello_trailer;

  explicit FlightForge(std::uint64_t seed = 5)
      : identity(make_identity(seed)), share_(make_share(seed)) {
    SeededRandom random(seed + 2);
    hello.version = wire::kVersion1;
    random.fill_public(hello.random);
    random.fill_public(hello.connection_id.bytes);
    hello.public_key = share_.public_key();
    hello.cipher_suite = static_cast<std::uint16_t>(CipherSuite::kAes256Gcm);
    hello.group = wire::kGroupX25519;
    params.identity = identity.public_key();
    params.params = {.datagram_bytes_max = 65507,
                     .heartbeat_interval_ms = 5000,
                     .max_data = 1 << 20,
                     .max_stream_data = 1 << 18,
                     .max_streams = 100,
                     .message_bytes_max = 1 << 18,
                     .timeout_ms = 30000};
    params.session_id = SessionId(9);
  }

  Trust trust() const { return Trust::pins({Pin::of(identity.public_key())}); }

  /// The datagram for the client that sent `hello_datagram`.
  Buffer answer(Bytes hello_datagram);

  /// What the client sends back can be opened and checked with these, after answer().
  crypto::Secret client_traffic, master;
  crypto::Transcript transcript;  // ClientHello to ServerFinished
  crypto::PacketKeys client_keys;
  crypto::PacketCipher cipher;

 private:
  static Identity make_identity(std::uint64_t seed) {
    SeededRandom random(seed);
    return Identity::generate(random);
  }
  static crypto::X25519Key make_share(std::uint64_t seed) {
    SeededRandom random(seed + 1);
    return crypto::X25519Key::generate(random);
  }
  crypto::X25519Key share_;
};

inline Buffer message(wire::MessageType type, Bytes body) {
  Buffer bytes(wire::kMessageHeaderSize + body.size());
  base::ByteWriter writer(bytes);
  wire::write_message(writer, type, body);
  return bytes;
}

}  // namespace jetstream::testing
