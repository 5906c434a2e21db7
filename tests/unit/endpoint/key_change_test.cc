// SPDX-License-Identifier: MIT
//
// Key updates between real endpoints, and peers that make too much of them.
#include <catch2/catch.hpp>

#include "unit/endpoint/lone_endpoint.h"

using namespace jetstream;
using namespace jetstream::testing;
using namespace std::chrono_literals;

namespace {

EndpointConfig with_limits(const KeyUpdateLimits& limits) {
  EndpointConfig config;
  config.session.key_update = limits;
  return config;
}

/// A client that keeps one stream full of counted bytes, and a server that checks every one.
struct Torrent {
  Torrent(const EndpointConfig& client_config, const EndpointConfig& server_config)
      : server(world.add_server(server_config)), client(world.add_client(client_config)) {
    server.on_event = [this](const Event& event) {
      if (event.kind == EventKind::kAccepted) accepted = event.session;
      if (event.kind == EventKind::kReadable) read(event);
    };
    client.on_event = [this](const Event& event) {
      if (event.kind == EventKind::kConnected) stream = *client.endpoint->open_stream(session, {});
      write();
    };
    session = world.connect(client, server);
  }

  void write() {
    std::vector<std::uint8_t> chunk(4000);
    while (stream.value() != 0) {
      for (std::size_t i = 0; i < chunk.size(); ++i) chunk[i] = byte_at(written + i);
      const auto taken = client.endpoint->send(session, stream, chunk);
      if (!taken || *taken == 0) return;
      written += *taken;
    }
  }
  void read(const Event& event) {
    while (true) {
      const auto view = server.endpoint->read(event.session, event.stream);
      if (!view || view->data.empty()) return;
      for (const std::uint8_t byte : view->data) intact = intact && byte == byte_at(got++);
      const std::size_t size = view->data.size();
      intact = intact && server.endpoint->consume(event.session, event.stream, size).has_value();
    }
  }
  static std::uint8_t byte_at(std::uint64_t position) {
    return static_cast<std::uint8_t>(position * 31 >> 3);
  }
  std::uint64_t updates(Node& node, SessionHandle handle) const {
    const auto info = node.endpoint->info(handle);
    return info ? info->key_updates : 0;
  }

  World world{5};
  Node& server;
  Node& client;
  SessionHandle session;
  SessionHandle accepted;
  StreamId stream;
  std::uint64_t written = 0;
  std::uint64_t got = 0;
  bool intact = true;
};

/// A served client whose server has acknowledged what came so far.
struct Settled : ServedClient {
  Settled() {
    say(frames(wire::PingFrame{}));
    say(frames(wire::PingFrame{}));
  }
};

const Buffer kPing = frames(wire::PingFrame{});

}  // namespace

TEST_CASE("a thousand updates under a loss of 30 % lose no byte [KU-4, KU-5]") {
  Torrent torrent(with_limits({.packets = 16}), {});
  torrent.world.network.link.loss = 0.3;
  torrent.world.network.link.jitter = 5ms;
  const auto enough = [&] { return torrent.updates(torrent.client, torrent.session) >= 1000; };
  CHECK(torrent.world.run_until(enough, 3600s));
  CHECK(torrent.intact);
  CHECK(torrent.got > 1'000'000);
  CHECK(torrent.updates(torrent.server, torrent.accepted) >= 999);
  CHECK(torrent.client.count(EventKind::kClosed) == 0);
}

TEST_CASE("a server initiates as well, though it sends next to nothing but ACKs [KU-5]") {
  Torrent torrent({}, with_limits({.packets = 16}));
  const auto enough = [&] { return torrent.updates(torrent.server, torrent.accepted) >= 20; };
  CHECK(torrent.world.run_until(enough, 60s));
  CHECK(torrent.updates(torrent.client, torrent.session) >= 19);
  CHECK(torrent.intact);
}

TEST_CASE("an idle session changes its keys by age, with its heartbeats [KU-5]") {
  World world(6);
  Node& server = world.add_server();
  Node& client = world.add_client(with_limits({.age = 60s}));
  const SessionHandle session = world.connect(client, server);
  world.run_for(59s);
  CHECK(client.endpoint->info(session)->key_updates == 0);
  CHECK(client.count(EventKind::kKeysUpdated) == 0);
  world.run_for(11s);
  CHECK(client.endpoint->info(session)->key_updates == 1);
  // Each side is told of its own keys, once for each change.
  CHECK(client.count(EventKind::kKeysUpdated) == 1);
  CHECK(server.count(EventKind::kKeysUpdated) == 1);
  world.run_for(600s);
  CHECK(client.count(EventKind::kKeysUpdated) == client.endpoint->info(session)->key_updates);
  CHECK(client.endpoint->info(session)->key_updates >= 8);
  CHECK(client.endpoint->info(session)->state == SessionState::kEstablished);
}

TEST_CASE("the server follows an update with its next packet [KU-4]") {
  Settled served;
  served.client.packets().update_keys();
  const auto answer = served.say(joined(kPing, frames(wire::HeartbeatFrame{1, false})));
  CHECK(count_frames<wire::HeartbeatFrame>(answer) == 1);
  CHECK(served.client.packets().phase_opened() == 1);
  CHECK(served.server->info(served.session)->key_updates == 1);
}

TEST_CASE("who updates before anything was acknowledged is closed [KU-6]") {
  ServedClient served;
  served.client.packets().update_keys();
  CHECK(ServedClient::close_code(served.say(kPing)) == TransportCode::kKeyUpdateError);
}

TEST_CASE("who updates twice without an acknowledgement in between is closed [KU-6]") {
  Settled served;
  served.client.packets().update_keys();
  CHECK_FALSE(ServedClient::close_code(served.say(kPing)));  // its ACK waits for another packet
  served.client.packets().update_keys();
  CHECK(ServedClient::close_code(served.say(kPing)) == TransportCode::kKeyUpdateError);
}

TEST_CASE("who updates after every acknowledgement is tolerated [KU-6]") {
  Settled served;
  for (int i = 0; i < 50; ++i) {
    served.client.packets().update_keys();
    REQUIRE_FALSE(ServedClient::close_code(served.say(kPing)));
    REQUIRE_FALSE(ServedClient::close_code(served.say(kPing)));  // the second is acknowledged
  }
  CHECK(served.server->info(served.session)->key_updates == 50);
}

TEST_CASE("a peer that does not follow an update is closed [KU-7]") {
  ServedClient served(server_config(), with_limits({.age = 1s}));
  served.say(joined(kPing, ack_of(0, 0)));
  served.server.run_for(3s);
  served.say(kPing);
  served.say(kPing);
  REQUIRE(served.server->info(served.session)->key_updates == 1);
  // The newest packet of the server is of phase 1; the client acknowledges it with its old keys.
  const std::uint64_t newest = served.server->info(served.session)->packets_sent - 1;
  CHECK(ServedClient::close_code(served.say(ack_of(newest, newest))) ==
        TransportCode::kKeyUpdateError);
}
