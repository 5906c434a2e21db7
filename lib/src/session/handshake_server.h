// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <variant>

#include "crypto/ticket.h"
#include "jetstream/endpoint.h"
#include "session/handshake_schedule.h"
#include "wire/handshake_message.h"
#include "wire/packet_header.h"
#include "wire/ticket_state.h"

namespace jetstream::session {

/// The server's flight is one datagram of at most this size: half of what the hello's datagram pays
/// for.
inline constexpr std::size_t kFlightBytesMax = 800;

/// Why a client gets no session, or loses the one it has.
inline constexpr Violation kIdentityRequired{
    TransportCode::kClientIdentityRequired,
    "this server only takes clients that prove who they are"};
inline constexpr Violation kIdentityRefused{TransportCode::kClientIdentityRefused,
                                            "this client is not authorized"};

/// Everything a server remembers between its flight and the client's Finished. Of fixed size; a
/// spoofed hello costs one of a bounded number of these and nothing else.
struct HalfOpen {
  PeerAddress remote;
  PeerAddress local;
  ConnectionId client_id;
  ConnectionId local_id;
  std::array<std::uint8_t, 32> client_random{};
  CipherSuite suite = CipherSuite::kAes256Gcm;
  SessionId session_id;
  wire::HelloParams client_params;
  bool client_auth = false;
  /// The windows it was promised are those of times when memory is short.
  bool small_windows = false;
  /// And the configuration they are of, which may not be the newest any more.
  std::shared_ptr<const SessionConfig> promised;
  /// What the client was told after its Finished. It is told the same again whatever else it sends,
  /// because the number of that packet is used up [PKT-2].
  std::optional<Violation> refusal;
  Instant created_at{};
  /// For the limit of three times the received bytes before the address is proven [PKT-22].
  std::uint64_t bytes_received = 0;
  std::uint64_t bytes_sent = 0;
  std::uint32_t flights_sent = 0;

  crypto::Secret client_traffic;
  crypto::Secret master;
  crypto::PacketKeys client_keys;
  crypto::PacketKeys server_keys;
  crypto::Digest flight_digest{};  // ClientHello..ServerFinished
  /// Goes on to ClientFinished.
  std::optional<crypto::Transcript> transcript;
  bool resumed = false;
  bool early_accepted = false;

  std::array<std::uint8_t, kFlightBytesMax> flight{};
  std::uint16_t flight_size = 0;

  Bytes flight_bytes() const { return Bytes(flight).first(flight_size); }
};

/// A hello that was received and is worth an answer.
struct ReceivedHello {
  wire::ClientHello hello;
  Bytes frame;  // as hashed
  ConnectionId first_destination;
  Path path;
  std::size_t datagram_bytes = 0;
};

/// A ticket that was opened and whose binder fits.
struct Resumption {
  crypto::Secret early;  // of the key schedule
  wire::TicketState state;
  crypto::StrikeKey strike_key{};
  bool early_accepted = false;
};

/// What the server brings along to answer with.
struct ServerFlightSetup {
  const ServerConfig& server;
  const SessionConfig& session;
  ConnectionId local_id;
  SessionId session_id;
  ResetToken reset_token{};
  bool prefer_aes = true;
  /// The hello came with the verified cookie of a Retry [RETRY-12].
  bool retried = false;
  const Resumption* resumption = nullptr;
};

/// The suite both sides can do and the client can do best [HS-7], or that of a valid ticket
/// [RES-8]; nullopt if there is none.
std::optional<CipherSuite> choose_suite(const wire::ClientHello& hello, bool prefer_aes,
                                        const Resumption* resumption = nullptr);

/// Computes the flight for `received` into `half_open`. False if the client's share or lists are no
/// good.
bool answer_hello(Instant now, const ReceivedHello& received, const ServerFlightSetup& setup,
                  crypto::PacketCipher& cipher, RandomSource& random, HalfOpen& half_open);

/// The session as it is before the client has finished, for one whose early data was accepted.
Established early_session(const HalfOpen& half_open, crypto::PacketCipher& cipher);

/// Writes the datagram that refuses `received` with `why` instead of a flight; 0 if that can't be
/// done.
std::size_t refuse_hello(const ReceivedHello& received, const ServerFlightSetup& setup,
                         const CloseInfo& why, crypto::PacketCipher& cipher, RandomSource& random,
                         MutableBytes out);

/// The client gave up and says why.
struct ClientClosed {
  CloseInfo why;
};
/// The client is not welcome; `packet_size` bytes in `packet` tell it.
struct ClientRefused {
  CloseInfo why;
  std::array<std::uint8_t, 256> packet{};
  std::size_t packet_size = 0;
};
/// Not a valid end of this handshake; it stays half open.
struct ClientIgnored {};

using FinishOutcome = std::variant<ClientIgnored, ClientClosed, ClientRefused, Established>;

/// One Handshake packet of the client, decrypted in place.
FinishOutcome finish_handshake(HalfOpen& half_open, const ServerConfig& server,
                               crypto::PacketCipher& cipher, MutableBytes packet);

/// Refuses a client although it has finished.
ClientRefused refuse_client(HalfOpen& half_open, crypto::PacketCipher& cipher,
                            const Violation& why);

}  // namespace jetstream::session
