// SPDX-License-Identifier: MIT
#pragma once

#include "jetstream/endpoint.h"
#include "support/raw_peer.h"
#include "support/world.h"

namespace jetstream::testing {

inline constexpr Instant kStart{std::chrono::seconds(1000)};
inline const PeerAddress kClientAddress = PeerAddress::v4({198, 51, 100, 1}, 40000);
inline const PeerAddress kOtherAddress = PeerAddress::v4({198, 51, 100, 1}, 40001);
inline const PeerAddress kServerAddress = PeerAddress::v4({192, 0, 2, 1}, 8080);

inline Identity identity_of_seed(std::uint64_t seed) {
  SeededRandom random(seed);
  return Identity::generate(random);
}

inline ServerConfig server_config() {
  return {.identity = identity_of_seed(1), .authorized_clients = {}};
}
inline Trust server_trust() { return Trust::pins({Pin::of(identity_of_seed(1).public_key())}); }

/// A datagram that an endpoint sent.
struct Sent {
  Instant at;
  PeerAddress to;
  Buffer bytes;
};
using SentList = std::vector<Sent>;

/// One endpoint without a network: a test hands it datagrams and gets what it sends.
class LoneEndpoint {
 public:
  /// A client, or with `server` a server (or both at once).
  explicit LoneEndpoint(std::optional<ServerConfig> server = {}, EndpointConfig config = {},
                        std::uint64_t seed = 21)
      : random_(seed), buffer_(kTrainBytesMax) {
    config.server = std::move(server);
    config.session_ids = &ids_;
    endpoint_ = std::move(Endpoint::create(std::move(config), random_).value());
  }

  Endpoint* operator->() { return endpoint_.get(); }

  void give(const PeerAddress& from, Bytes datagram) {
    Buffer copy(datagram.begin(), datagram.end());
    endpoint_->handle(now, {from, {}}, copy);
  }
  /// The rest of a turn: deadlines that have passed, events, and everything to send.
  SentList turn() {
    endpoint_->flush(now);
    if (endpoint_->poll_timeout() <= now) endpoint_->handle_timeout(now);
    while (const auto event = endpoint_->poll_event()) events.push_back(*event);
    SentList sent;
    Train train;
    while (endpoint_->poll_transmit(now, buffer_, train)) {
      for (std::size_t at = 0; at < train.bytes.size(); at += train.segment_bytes) {
        const Bytes one =
            train.bytes.subspan(at, std::min(train.segment_bytes, train.bytes.size() - at));
        sent.push_back({now, train.path.remote, Buffer(one.begin(), one.end())});
      }
    }
    return sent;
  }
  SentList exchange(const PeerAddress& from, Bytes datagram) {
    give(from, datagram);
    return turn();
  }
  /// Turns at every deadline up to `end`, where the clock then stands.
  SentList run_to(Instant end) {
    SentList all;
    const auto one_turn = [&] {
      for (Sent& sent : turn()) all.push_back(std::move(sent));
    };
    one_turn();
    while (endpoint_->poll_timeout() < end) {
      now = std::max(now + Duration(1), endpoint_->poll_timeout());
      one_turn();
    }
    now = end;
    one_turn();
    return all;
  }
  SentList run_for(Duration duration) { return run_to(now + duration); }

  std::size_t count(EventKind kind) const {
    return static_cast<std::size_t>(std::count_if(
        events.begin(), events.end(), [kind](const Event& event) { return event.kind == kind; }));
  }
  std::uint64_t drops(DropReason reason) const {
    return endpoint_->stats().drops[static_cast<std::size_t>(reason)];
  }

  Instant now = kStart;
  std::vector<Event> events;

 private:
  SeededRandom random_;
  CountingIds ids_;
  std::unique_ptr<Endpoint> endpoint_;
  Buffer buffer_;
};

/// The first frame of a kind in a payload; its views point there.
template <class F>
std::optional<F> find_frame(Bytes payload) {
  wire::FrameReader reader(payload);
  while (!reader.done()) {
    const auto frame = reader.next();
    if (!frame) return std::nullopt;
    if (const F* found = std::get_if<F>(&*frame)) return *found;
  }
  return std::nullopt;
}

/// The payloads of those packets that open; the others belong to the handshake.
inline std::vector<Buffer> opened(RawPackets& packets, const SentList& sent) {
  std::vector<Buffer> payloads;
  for (const Sent& datagram : sent) {
    if (auto payload = packets.open(datagram.bytes)) payloads.push_back(std::move(*payload));
  }
  return payloads;
}

template <class F>
std::size_t count_frames(const std::vector<Buffer>& payloads) {
  std::size_t found = 0;
  for (const Buffer& payload : payloads) found += find_frame<F>(payload) ? 1 : 0;
  return found;
}

/// An acknowledgement of everything from `smallest` to `largest`.
inline Buffer ack_of(std::uint64_t smallest, std::uint64_t largest) {
  Buffer bytes(32);
  base::ByteWriter writer(bytes);
  const wire::AckRange range{smallest, largest};
  wire::write_ack_frame(writer, std::span(&range, 1), 0);
  bytes.resize(writer.position());
  return bytes;
}

/// An acknowledgement of all packets that opened, and of no number that was left out.
inline Buffer ack_of_seen(const RawPackets& packets) {
  std::vector<std::uint64_t> numbers = packets.numbers();
  std::ranges::sort(numbers, std::greater());
  std::vector<wire::AckRange> ranges;
  for (const std::uint64_t number : numbers) {
    if (ranges.empty() || number + 1 < ranges.back().smallest) ranges.push_back({number, number});
    ranges.back().smallest = number;
  }
  Buffer bytes(32 + 16 * ranges.size());
  base::ByteWriter writer(bytes);
  wire::write_ack_frame(writer, ranges, 0);
  bytes.resize(writer.position());
  return bytes;
}

/// A server, and a raw client that has a session with it.
struct ServedClient {
  explicit ServedClient(ServerConfig config = server_config(), EndpointConfig endpoint = {},
                        std::optional<Identity> identity = {})
      : server(std::move(config), std::move(endpoint)),
        client(kStart, server_trust(), std::move(identity)) {
    const SentList answer = server.exchange(kClientAddress, client.hello());
    if (answer.size() != 1 || !client.take_flight(answer[0].bytes)) return;
    first = opened(client.packets(), server.exchange(kClientAddress, client.finished()));
    if (!server.events.empty()) session = server.events.front().session;
  }

  /// The client seals `payload`; what the server says to it.
  std::vector<Buffer> say(Bytes payload) {
    return opened(client.packets(),
                  server.exchange(kClientAddress, client.packets().seal(payload)));
  }
  SessionState state() { return server->info(session)->state; }
  /// The CLOSE among what the server sent.
  static std::optional<TransportCode> close_code(const std::vector<Buffer>& payloads) {
    for (const Buffer& payload : payloads) {
      if (const auto close = find_frame<wire::CloseFrame>(payload)) {
        return static_cast<TransportCode>(close->error_code);
      }
    }
    return std::nullopt;
  }

  LoneEndpoint server;
  RawClient client;
  SessionHandle session;
  /// The server's first frames, in answer to the Finished.
  std::vector<Buffer> first;
};

/// A client, and a raw server that it has a session with.
struct ServingRaw {
  explicit ServingRaw(EndpointConfig config = {}) : client({}, std::move(config)) {
    ConnectOptions options{
        .remote = kServerAddress, .trust = server.trust(), .identity = {}, .session = {}};
    session = client->connect(client.now, options).value();
    const SentList hello = client.turn();
    first = client.exchange(kServerAddress, server.flight(client.now, hello.at(0).bytes));
    established = !first.empty() && server.take_finished(first.at(0).bytes);
  }

  std::vector<Buffer> say(Bytes payload) {
    return opened(server.packets(),
                  client.exchange(kServerAddress, server.packets().seal(payload)));
  }

  RawServer server;
  LoneEndpoint client;
  SessionHandle session;
  /// The client's first datagrams after the flight.
  SentList first;
  bool established = false;
};

/// Whether a datagram starts with a Handshake packet.
inline bool leads_with_handshake(const Sent& datagram) {
  return (datagram.bytes[0] & 0xf0) == 0xe0;
}

}  // namespace jetstream::testing
