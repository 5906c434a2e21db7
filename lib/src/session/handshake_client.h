// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "crypto/x25519.h"
#include "jetstream/endpoint.h"
#include "jetstream/ticket.h"
#include "session/handshake_schedule.h"
#include "wire/handshake_message.h"
#include "wire/packet_header.h"

namespace jetstream::session {

/// A client's side of the handshake: one hello, sent again until the server's flight has come and
/// proven itself.
///
/// The flight is one datagram, accepted or ignored as a whole: nothing a stranger sends changes
/// anything here, so a forged answer can't spoil the real one that comes later [HS-13].
class ClientHandshake {
 public:
  struct Setup {
    PeerAddress remote;
    SessionConfig config;
    Trust trust;
    std::optional<Identity> identity;
    ConnectionId local_id;
    Duration give_up_after{};
    bool prefer_aes = true;
    /// Proves the client's address, if the server still takes it.
    std::optional<wire::AddressProof> address_token{};
    /// Brought along if it is still good for a server that is trusted [RES-2].
    std::optional<SessionTicket> ticket{};
  };

  /// Draws everything anew: a handshake is one attempt [HS-2].
  ClientHandshake(Instant now, Setup setup, crypto::PacketCipher& cipher, RandomSource& random);

  enum class Outcome : std::uint8_t { kIgnored, kEstablished, kFailed };

  /// One datagram, decrypted in place. After kEstablished and kFailed the handshake is over.
  Outcome handle_datagram(MutableBytes datagram);
  /// Version Negotiation came. Anybody can forge it, so it only counts if no flight arrives in time
  /// [HS-26].
  void note_version_negotiation(const wire::PacketView& packet);
  /// A Retry came: makes a hello with its cookie due. False if it is of no use.
  bool take_retry(const wire::PacketView& packet);
  /// Acts at deadline(): makes the hello due again, or fails.
  Outcome handle_timeout(Instant now);
  Instant deadline() const { return deadline_; }

  /// More than one hello went out, so the handshake's duration is no round trip time.
  bool hello_repeated() const { return resends_ > 0 || hellos_.size() > 1 || restarted_; }
  bool hello_due() const { return hello_due_; }
  /// The datagram to send now, always the same bytes until a Retry comes.
  Bytes take_hello();

  /// After kEstablished: the keys, and the packet with ClientFinished that goes in front of every
  /// datagram until the server has confirmed.
  const Established& established() const { return established_; }
  std::vector<std::uint8_t> take_finished() { return std::move(finished_); }
  /// What protects a refusal that the server may still send instead of confirming.
  const crypto::PacketKeys& server_keys() const { return server_keys_; }

  /// After kFailed: why, and (if there are keys already) the packet that tells the server.
  const CloseInfo& failure() const { return failure_; }
  Bytes failure_packet() const { return finished_; }
  /// The hello has a ticket with early data. The keys for it, and what is left of the hello's
  /// datagram for a 0-RTT packet before it is taken for the first time.
  bool offers_early_data() const { return setup_.ticket && setup_.ticket->early_data_max > 0; }
  crypto::Secret early_traffic() const;
  /// A hello, the first or one after a Retry, that was not taken yet.
  bool hello_is_new() const { return hellos_.size() > hellos_taken_; }
  MutableBytes hello_room() { return MutableBytes(datagram_).subspan(room_begin_); }
  const ConnectionId& first_destination() const { return first_destination_; }

  /// Who the server is, as soon as it has proven it, trusted or not.
  const std::optional<PublicKey>& server_identity() const { return server_identity_; }

 private:
  struct Flight;

  /// An unknown key and an unknown suite, different every time, so that no server learns to expect
  /// what is in a hello today.
  struct GreaseText {
    std::array<char, 4> key{};
    std::uint16_t suite = 0;
  };

  void draw_hello();
  void write_hello();
  void start_over();
  void offer_ticket(Instant now);
  void withdraw_ticket();
  void write_binder(MutableBytes message);
  bool ticket_fits(const Flight& flight) const;
  bool parse_server_hello(MutableBytes& datagram, Flight& flight);
  bool open_flight(MutableBytes& datagram, Flight& flight);
  bool open_as_answer(std::size_t hello, const crypto::Secret& shared, Bytes packet,
                      Flight& flight);
  bool read_flight(Bytes messages, Flight& flight);
  bool verify_flight(const Flight& flight, crypto::Transcript& transcript);
  Outcome finish(const Flight& flight, crypto::Transcript transcript);
  Outcome fail(CloseInfo why);
  void seal_for_server(const Flight& flight, Bytes messages);

  Setup setup_;
  crypto::PacketCipher& cipher_;
  RandomSource& random_;
  crypto::X25519Key share_;
  wire::ClientHello hello_;
  GreaseText grease_;
  ConnectionId first_destination_;
  std::array<std::uint8_t, wire::kMinHelloDatagram> datagram_{};
  /// The ClientHello messages sent so far: the first, and one for each Retry.
  std::vector<std::vector<std::uint8_t>> hellos_;

  std::array<Duration, 4> resend_after_{};  // after the first, with jitter
  std::size_t resends_ = 0;
  Instant started_;
  Instant give_up_;
  Instant deadline_;
  std::size_t hellos_taken_ = 0;
  std::size_t room_begin_ = 0;  // behind the hello in its datagram
  bool hello_due_ = true;
  bool restarted_ = false;

  Established established_;
  crypto::PacketKeys server_keys_;
  std::vector<std::uint8_t> finished_;
  std::optional<CloseInfo> refusal_;  // what a server said that has not proven anything
  CloseInfo failure_;
  std::optional<PublicKey> server_identity_;
};

}  // namespace jetstream::session
