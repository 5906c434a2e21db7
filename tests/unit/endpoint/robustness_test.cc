// SPDX-License-Identifier: MIT
//
// What strangers send has no effect: copies of everything, and noise.
#include <malloc.h>

#include <catch2/catch.hpp>
#include <tuple>

#include "unit/endpoint/lone_endpoint.h"

using namespace jetstream;
using namespace jetstream::testing;
using namespace std::chrono_literals;

namespace {

/// All that an application could tell one run from another by.
struct Outcome {
  std::vector<std::tuple<EventKind, StreamId, std::uint64_t>> client_events, server_events;
  std::string echoed;
  std::uint64_t packets_received = 0;
  std::uint64_t sessions = 0;
};

void record(Node& node, decltype(Outcome::client_events)& events) {
  for (const Event& event : node.events) {
    events.emplace_back(event.kind, event.stream, event.code);
  }
}

/// One session that echoes a message, with each datagram on the way `copies` times.
Outcome echo_with_copies(int copies) {
  World world(9);
  EndpointConfig config;
  config.session.datagram_bytes_max = 1200;
  Node& server = world.add_server(config);
  Node& client = world.add_client(config);
  bool copying = false;
  world.network.observer = [&](const PeerAddress& from, const PeerAddress& to, Bytes bytes) {
    if (copying) return;
    copying = true;
    const Buffer copy(bytes.begin(), bytes.end());
    for (int i = 1; i < copies; ++i) world.network.send(world.now(), from, to, copy);
    copying = false;
  };
  Outcome outcome;
  server.on_event = [&](const Event& event) {
    if (event.kind != EventKind::kReadable) return;
    const ReadView view = server.endpoint->read(event.session, event.stream).value();
    const Buffer data(view.data.begin(), view.data.end());
    REQUIRE(server.endpoint->consume(event.session, event.stream, data.size()));
    if (!data.empty()) REQUIRE(server.endpoint->send(event.session, event.stream, data));
    if (view.fin) REQUIRE(server.endpoint->finish(event.session, event.stream));
  };
  const SessionHandle session = world.connect(client, server);
  client.on_event = [&](const Event& event) {
    if (event.kind == EventKind::kConnected) {
      const StreamId stream = client.endpoint->open_stream(session, {}).value();
      REQUIRE(client.endpoint->send(session, stream, Buffer(5000, 'x')));
      REQUIRE(client.endpoint->finish(session, stream));
    }
    if (event.kind == EventKind::kReadable) {
      const ReadView view = client.endpoint->read(session, event.stream).value();
      outcome.echoed += as_text(view.data);
      REQUIRE(client.endpoint->consume(session, event.stream, view.data.size()));
    }
  };
  world.run_for(10s);
  outcome.sessions = server.endpoint->stats().sessions_opened;
  outcome.packets_received = server.endpoint->stats().packets_received;
  REQUIRE(client.endpoint->close(world.now(), session, CloseReason::kNormal, "bye"));
  world.run_for(30s);
  record(client, outcome.client_events);
  record(server, outcome.server_events);
  CHECK(server.endpoint->record_count() == 0);
  CHECK(client.endpoint->record_count() == 0);
  return outcome;
}

}  // namespace

TEST_CASE("each datagram three times is each datagram once [PKT-11]") {
  const Outcome once = echo_with_copies(1);
  CHECK(once.echoed == std::string(5000, 'x'));
  CHECK(once.sessions == 1);
  const Outcome thrice = echo_with_copies(3);
  CHECK(thrice.echoed == once.echoed);
  CHECK(thrice.sessions == 1);
  CHECK(thrice.packets_received == once.packets_received);
  CHECK(thrice.client_events == once.client_events);
  CHECK(thrice.server_events == once.server_events);
}

TEST_CASE("a hundred thousand datagrams of noise leave nothing behind [PKT-14]") {
  ServedClient served;
  served.server.run_for(50ms);
  SeededRandom random(6);
  const Buffer real = served.client.packets().seal(frames(wire::PingFrame{}));
  const SessionInfo before = *served.server->info(served.session);
  std::size_t bytes_in = 0;
  std::size_t bytes_out = 0;
  const auto noise = [&] {
    Buffer datagram;
    if (random.chance(0.5)) {
      datagram.resize(random.below(1500));
      random.fill_public(datagram);
      // Half of it looks like packets of this session.
      if (datagram.size() > 9 && random.chance(0.5)) {
        std::copy_n(real.begin(), 9, datagram.begin());
        if (random.chance(0.5)) datagram[0] |= 0x80;
      }
    } else {
      datagram = random.chance(0.5) ? real : served.client.finished();
      datagram[random.below(datagram.size())] ^= static_cast<std::uint8_t>(random.between(1, 255));
      datagram.resize(random.between(1, datagram.size() + 9));
    }
    return datagram;
  };
  const auto flood = [&](int datagrams) {
    for (int i = 0; i < datagrams; ++i) {
      const Buffer datagram = noise();
      bytes_in += datagram.size();
      served.server.give(random.chance(0.9) ? kClientAddress : kOtherAddress, datagram);
      if (i % 16 == 0) {
        for (const Sent& sent : served.server.turn()) bytes_out += sent.bytes.size();
      }
    }
  };
  flood(2000);  // what is allocated once
  const auto memory_before = mallinfo2().uordblks;
  flood(100000);
  const auto memory_after = mallinfo2().uordblks;
  CHECK(memory_after <= memory_before + 16384);
  CHECK(bytes_out <= 3 * bytes_in);
  CHECK(served.server->session_count() == 1);
  CHECK(served.server->record_count() == 1);
  const SessionInfo after = *served.server->info(served.session);
  CHECK(after.state == SessionState::kEstablished);
  CHECK(after.packets_received == before.packets_received);
  CHECK(after.last_activity == before.last_activity);
  CHECK(after.bytes_received == before.bytes_received);
  CHECK(served.server.events.size() == 1);
  served.server.exchange(kClientAddress, real);
  CHECK(served.server->info(served.session)->packets_received == before.packets_received + 1);
}

TEST_CASE("noise at a client that waits does not keep the answer away") {
  RawServer server;
  LoneEndpoint client;
  const ConnectOptions options{
      .remote = kServerAddress, .trust = server.trust(), .identity = {}, .session = {}};
  REQUIRE(client->connect(client.now, options));
  const Buffer flight = server.flight(client.now, client.turn().at(0).bytes);
  SeededRandom random(8);
  for (int i = 0; i < 5000; ++i) {
    Buffer noise = flight;
    if (random.chance(0.3)) noise.resize(random.between(1, noise.size()));
    // Beyond the flags, whose reserved bits nothing protects in an Initial packet.
    noise[random.between(std::min<std::size_t>(1, noise.size() - 1), noise.size() - 1)] ^=
        static_cast<std::uint8_t>(random.between(1, 255));
    client.give(kServerAddress, noise);
  }
  CHECK(client.turn().empty());
  CHECK(client.events.empty());
  client.exchange(kServerAddress, flight);
  CHECK(client.count(EventKind::kConnected) == 1);
}
