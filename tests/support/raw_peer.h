// SPDX-License-Identifier: MIT
//
// Peers that have real keys and no manners: they do a proper handshake and then seal whatever a
// test wants to say.
#pragma once

#include <memory>
#include <vector>

#include "session/handshake_client.h"
#include "session/handshake_server.h"
#include "session/packet_opener.h"
#include "session/packet_sealer.h"
#include "support/seeded_random.h"
#include "wire/frame.h"

namespace jetstream::testing {

using Buffer = std::vector<std::uint8_t>;

/// Frames one after another, as a packet's payload.
template <class... F>
Buffer frames(const F&... all) {
  Buffer bytes((wire::encoded_size(all) + ... + 0));
  base::ByteWriter writer(bytes);
  (wire::write(writer, all), ...);
  return bytes;
}

inline Buffer joined(Bytes front, Bytes back) {
  Buffer both(front.begin(), front.end());
  both.insert(both.end(), back.begin(), back.end());
  return both;
}

/// Both directions of 1-RTT packets, with the keys of one side.
class RawPackets {
 public:
  RawPackets(crypto::PacketCipher& cipher, const session::Established& established)
      : sealer_(cipher, established.send_keys, established.peer_id),
        opener_(cipher, established.receive_keys) {}

  Buffer seal(Bytes payload) {
    Buffer packet(wire::kShortHeaderSize + payload.size() + wire::kTagSize);
    base::ByteWriter writer(packet);
    sealer_.begin(writer);
    writer.write_bytes(payload);
    sealer_.finish(packet);
    return packet;
  }
  /// Its next packet begins a phase, whether it may or not.
  void update_keys() { sealer_.update(); }
  /// The numbers of the packets that opened, in the order of their arrival.
  const std::vector<std::uint64_t>& numbers() const { return numbers_; }
  /// The phase of the newest packet that opened.
  std::uint64_t phase_opened() const { return opener_.phase(); }
  std::uint64_t next_number() const { return sealer_.next_number(); }

  /// The frames of the short packet in `datagram`, which may stand behind a Handshake packet;
  /// nullopt if there is none that opens.
  std::optional<Buffer> open(Bytes datagram) {
    Buffer copy(datagram.begin(), datagram.end());
    MutableBytes rest = copy;
    bool malformed = false;
    while (const auto packet = wire::next_packet(rest, malformed)) {
      if (packet->type != wire::PacketType::kShort) continue;
      const auto opened = opener_.open(packet->bytes);
      if (!opened) return std::nullopt;
      opener_.record(*opened);
      numbers_.push_back(opened->number);
      return Buffer(opened->payload.begin(), opened->payload.end());
    }
    return std::nullopt;
  }

 private:
  session::PacketSealer sealer_;
  session::PacketOpener opener_;
  std::vector<std::uint64_t> numbers_;
};

/// A client made of the client's handshake and nothing else.
class RawClient {
 public:
  RawClient(Instant now, const Trust& trust, std::optional<Identity> identity,
            std::uint64_t seed = 7, bool prefer_aes = true, SessionConfig config = {})
      : random_(seed),
        handshake_(now, setup(trust, std::move(identity), prefer_aes, config), cipher_, random_) {}

  Buffer hello() {
    const Bytes bytes = handshake_.take_hello();
    return {bytes.begin(), bytes.end()};
  }
  /// True if the datagram was the flight of a trusted server.
  bool take_flight(Bytes datagram) {
    Buffer copy(datagram.begin(), datagram.end());
    using Outcome = session::ClientHandshake::Outcome;
    if (handshake_.handle_datagram(copy) != Outcome::kEstablished) return false;
    finished_ = handshake_.take_finished();
    packets_.emplace(cipher_, handshake_.established());
    return true;
  }
  session::ClientHandshake& handshake() { return handshake_; }
  crypto::PacketCipher& cipher() { return cipher_; }
  /// The Handshake packet with ClientFinished.
  const Buffer& finished() const { return finished_; }
  RawPackets& packets() { return *packets_; }

 private:
  session::ClientHandshake::Setup setup(const Trust& trust, std::optional<Identity> identity,
                                        bool prefer_aes, const SessionConfig& config) {
    session::ClientHandshake::Setup setup{.remote = {},
                                          .config = config,
                                          .trust = trust,
                                          .identity = std::move(identity),
                                          .local_id = {},
                                          .give_up_after = std::chrono::seconds(10),
                                          .prefer_aes = prefer_aes};
    random_.fill_public(setup.local_id.bytes);
    return setup;
  }

  SeededRandom random_;
  crypto::PacketCipher cipher_;
  session::ClientHandshake handshake_;
  Buffer finished_;
  std::optional<RawPackets> packets_;
};

/// A server made of the server's handshake and nothing else, for one client.
class RawServer {
 public:
  explicit RawServer(std::uint64_t seed = 11)
      : random_(seed), config_{.identity = Identity::generate(random_), .authorized_clients = {}} {
    random_.fill_public(local_id_.bytes);
  }

  ServerConfig& config() { return config_; }
  SessionConfig& session_config() { return session_config_; }
  Trust trust() const { return Trust::pins({Pin::of(config_.identity.public_key())}); }
  /// The answer to a hello's datagram; empty if it is none.
  Buffer flight(Instant now, Bytes hello_datagram) {
    Buffer copy(hello_datagram.begin(), hello_datagram.end());
    MutableBytes rest = copy;
    bool malformed = false;
    const auto packet = wire::next_packet(rest, malformed);
    if (!packet || packet->type != wire::PacketType::kInitial) return {};
    base::ByteReader reader(packet->bytes.subspan(packet->pn_offset));
    const auto message = wire::next_message(reader);
    if (!message) return {};
    auto hello = wire::parse_client_hello(message->body);
    if (!hello) return {};
    const session::ReceivedHello received{.hello = *hello,
                                          .frame = message->frame,
                                          .first_destination = packet->destination,
                                          .path = {},
                                          .datagram_bytes = hello_datagram.size()};
    const session::ServerFlightSetup setup{.server = config_,
                                           .session = session_config_,
                                           .local_id = local_id_,
                                           .session_id = SessionId(1)};
    if (!session::answer_hello(now, received, setup, cipher_, random_, half_open_)) return {};
    const Bytes bytes = half_open_.flight_bytes();
    return {bytes.begin(), bytes.end()};
  }
  /// True if the datagram starts with the client's valid Finished.
  bool take_finished(Bytes datagram) {
    Buffer copy(datagram.begin(), datagram.end());
    MutableBytes rest = copy;
    bool malformed = false;
    const auto packet = wire::next_packet(rest, malformed);
    if (!packet || packet->type != wire::PacketType::kHandshake) return false;
    auto outcome = session::finish_handshake(half_open_, config_, cipher_, packet->bytes);
    const auto* established = std::get_if<session::Established>(&outcome);
    if (established == nullptr) return false;
    packets_.emplace(cipher_, *established);
    return true;
  }
  session::HalfOpen& half_open() { return half_open_; }
  crypto::PacketCipher& cipher() { return cipher_; }
  RawPackets& packets() { return *packets_; }

 private:
  SeededRandom random_;
  crypto::PacketCipher cipher_;
  ServerConfig config_;
  SessionConfig session_config_;
  ConnectionId local_id_;
  session::HalfOpen half_open_;
  std::optional<RawPackets> packets_;
};

}  // namespace jetstream::testing
