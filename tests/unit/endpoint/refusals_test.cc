// SPDX-License-Identifier: MIT
//
// What the owner of a server gets to know about clients that were refused, and by which reason.
#include "unit/endpoint/retry_helpers.h"

using namespace jetstream;
using namespace jetstream::testing;
using namespace std::chrono_literals;

namespace {

/// A server that takes one client's key, and somebody who tries.
struct Door {
  explicit Door(Identity identity)
      : server([] {
          ServerConfig config = server_config();
          config.client_auth = ClientAuth::kRequired;
          config.authorized_clients = {identity_of_seed(50).public_key()};
          return config;
        }()),
        client(kStart, server_trust(), std::move(identity)) {
    const SentList flight = server.exchange(kClientAddress, client.hello());
    REQUIRE(client.take_flight(flight.at(0).bytes));
    server.give(kClientAddress, client.finished());
    server->flush(server.now);
  }

  LoneEndpoint server;
  RawClient client;
};

}  // namespace

TEST_CASE("a refused client is told of once, with its address and what it was told") {
  Door door(identity_of_seed(51));
  const auto event = door.server->poll_event();
  REQUIRE(event);
  CHECK(event->kind == EventKind::kClientRefused);
  CHECK(event->code == static_cast<std::uint64_t>(TransportCode::kClientIdentityRefused));
  const auto info = door.server->info(event->session);
  REQUIRE(info);
  CHECK(info->path.remote == kClientAddress);
  CHECK(info->role == Role::kServer);
  CHECK(info->state == SessionState::kHandshaking);
  CHECK(count(door.server, Admission::kIdentityRefused) == 1);

  // It finishes again, because the answer was lost: it is answered, and nothing else happens.
  for (int i = 0; i < 3; ++i) {
    CHECK(door.server.exchange(kClientAddress, door.client.finished()).size() >= 1);
  }
  CHECK(door.server.events.empty());
  CHECK(count(door.server, Admission::kIdentityRefused) == 1);
  CHECK(door.server->stats().handshakes_failed == 1);
  door.server.run_for(20s);
  CHECK(door.server->record_count() == 0);
  CHECK_FALSE(door.server->info(event->session));
}

TEST_CASE("nobody hears of a refused client whose record is gone") {
  Door door(identity_of_seed(51));
  // Nobody polls events until the handshake's time is over and its slot has another user.
  door.server.now += 11s;
  door.server->handle_timeout(door.server.now);
  CHECK(door.server->record_count() == 0);
  door.server.give(kOtherAddress, CraftedHello(9).datagram());
  door.server.turn();
  CHECK(door.server.events.empty());
  CHECK(door.server->record_count() == 1);
}

TEST_CASE("a client that has no key to show is counted") {
  World world(3);
  ServerConfig config{.identity = world.server_identity(),
                      .client_auth = ClientAuth::kRequired,
                      .authorized_clients = {identity_of_seed(50).public_key()}};
  Node& server = world.add_server({}, &config);
  Node& client = world.add_client();
  world.connect(client, server);
  world.run_for(20s);
  CHECK(client.saw(EventKind::kClosed));
  const auto missing = static_cast<std::size_t>(Admission::kIdentityMissing);
  CHECK(server.endpoint->stats().admission[missing] == 1);
}

TEST_CASE("a client with the right key is no refused one") {
  Door door(identity_of_seed(50));
  const auto event = door.server->poll_event();
  REQUIRE(event);
  CHECK(event->kind == EventKind::kAccepted);
  CHECK(count(door.server, Admission::kIdentityMissing) == 0);
  CHECK(count(door.server, Admission::kIdentityRefused) == 0);
}

TEST_CASE("a leaving server and a full one are counted apart") {
  ServerConfig config = server_config();
  config.sessions_max = 1;
  ServedClient served(config);
  served.server.exchange(kOtherAddress, CraftedHello(9).datagram());
  CHECK(count(served.server, Admission::kServerFull) == 1);
  CHECK(count(served.server, Admission::kNoNewSessions) == 0);
  CloseInfo leaving;
  leaving.reason = CloseReason::kGoingAway;
  leaving.code = TransportCode::kGoingAway;
  served.server->refuse_sessions(leaving);
  served.server.exchange(kOtherAddress, CraftedHello(10).datagram());
  CHECK(count(served.server, Admission::kServerFull) == 1);
  CHECK(count(served.server, Admission::kNoNewSessions) == 1);
}
