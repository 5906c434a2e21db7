// SPDX-License-Identifier: MIT
//
// What changes in a running endpoint when it is given another configuration, and what must not.
#include <catch2/catch.hpp>

#include "unit/endpoint/crafted_hello.h"
#include "unit/endpoint/early_scene.h"

using namespace jetstream;
using namespace jetstream::testing;

namespace {

/// A server whose configuration can be changed while it runs, and clients that have sessions.
struct Running {
  explicit Running(EndpointConfig first = {}) : config(std::move(first)) {
    if (!config.server) config.server = ServerConfig{.identity = world.server_identity()};
    ServerConfig server_part = *config.server;
    server = &world.add_server(config, &server_part);
    config.session_ids = nullptr;
  }

  SessionHandle connect(const std::optional<Identity>& identity = {}) {
    client = &world.add_client();
    const ConnectOptions options{
        .remote = server->address, .trust = world.trust(), .identity = identity, .session = {}};
    return client->endpoint->connect(world.now(), options).value();
  }
  /// Whether the client came in.
  bool gets_in(const std::optional<Identity>& identity = {}) {
    const std::size_t before = server->count(EventKind::kAccepted);
    const SessionHandle session = connect(identity);
    world.run_for(1s);
    if (server->count(EventKind::kAccepted) == before) return false;
    return client->endpoint->info(session)->state == SessionState::kEstablished;
  }
  Result<> apply() { return server->endpoint->reconfigure(world.now(), config); }
  std::size_t sessions() const { return server->endpoint->session_count(); }
  SessionHandle served(std::size_t index) const {
    std::vector<SessionHandle> accepted;
    for (const Event& event : server->events) {
      if (event.kind == EventKind::kAccepted) accepted.push_back(event.session);
    }
    return accepted.at(index);
  }
  std::optional<TransportCode> close_code(SessionHandle session) const {
    const CloseInfo* info = server->endpoint->close_info(session);
    return info == nullptr ? std::nullopt : std::optional(info->code);
  }

  World world{11};
  EndpointConfig config;
  Node* server = nullptr;
  Node* client = nullptr;
};

EndpointConfig asking(World& world, std::vector<PublicKey> clients) {
  EndpointConfig config;
  config.server = ServerConfig{.identity = world.server_identity(),
                               .client_auth = ClientAuth::kRequired,
                               .authorized_clients = std::move(clients)};
  return config;
}

}  // namespace

TEST_CASE("fewer sessions than there are: those stay, and nobody new comes in") {
  Running running;
  for (int i = 0; i < 4; ++i) REQUIRE(running.gets_in());
  running.config.server->sessions_max = 2;
  REQUIRE(running.apply());
  CHECK_FALSE(running.gets_in());
  CHECK(running.sessions() == 4);
  running.config.server->sessions_max = 5;
  REQUIRE(running.apply());
  CHECK(running.gets_in());
  CHECK_FALSE(running.gets_in());
  CHECK(running.sessions() == 5);
}

TEST_CASE("fewer sessions of one source, another exemption, and back") {
  Running running;  // all clients of which come from one source
  for (int i = 0; i < 2; ++i) REQUIRE(running.gets_in());
  ServerConfig& server = *running.config.server;
  server.sessions_max_per_source = 1;
  REQUIRE(running.apply());
  CHECK_FALSE(running.gets_in());
  CHECK(running.sessions() == 2);
  server.exempt = {AddressBlock{running.client->address.ip, 128}};
  REQUIRE(running.apply());
  CHECK(running.gets_in());
  server.exempt = {};
  REQUIRE(running.apply());
  CHECK_FALSE(running.gets_in());
  server.sessions_max_per_source = 4;
  REQUIRE(running.apply());
  CHECK(running.gets_in());
  CHECK_FALSE(running.gets_in());
}

TEST_CASE("whoever has used up a share of handshakes has still done so after a change") {
  Running running;
  ServerConfig& server = *running.config.server;
  server.retry = RetryMode::kAlways;
  server.handshake_rate_per_source = 1;
  server.handshake_burst_per_source = 2;
  server.exempt = {};
  REQUIRE(running.apply());
  running.client = &running.world.add_client();
  const auto attempts = [&](int count) {
    const std::size_t before = running.sessions();
    for (int i = 0; i < count; ++i) {
      running.world.connect(*running.client, *running.server);
      REQUIRE(running.apply());
      running.world.run_for(20ms);
      server.handshake_burst_per_source = 2 + i % 2;  // a change each time
    }
    return running.sessions() - before;
  };
  CHECK(attempts(10) == 2);
  running.world.run_for(15s);  // until the others have given up
  server.handshake_rate_per_source = 0;
  REQUIRE(running.apply());
  const std::size_t before = running.sessions();
  (void)attempts(10);
  running.world.run_for(1s);
  CHECK(running.sessions() == before + 10);
}

TEST_CASE("another retry mode holds for the next hello") {
  Running running;
  const auto retries = [&] {
    const auto sent = static_cast<std::size_t>(Admission::kRetrySent);
    return running.server->endpoint->stats().admission[sent];
  };
  REQUIRE(running.gets_in());
  CHECK(retries() == 0);
  running.config.server->retry = RetryMode::kAlways;
  REQUIRE(running.apply());
  REQUIRE(running.gets_in());
  CHECK(retries() == 1);
  running.config.server->retry = RetryMode::kOff;
  REQUIRE(running.apply());
  REQUIRE(running.gets_in());
  CHECK(retries() == 1);
}

TEST_CASE("a session keeps the timeout that it began with, the next one has another [HS-28]") {
  Running running;
  REQUIRE(running.gets_in());
  const SessionHandle before = running.served(0);
  for (const Duration timeout : {Duration(5s), Duration(60s)}) {
    running.config.session.timeout = timeout;
    REQUIRE(running.apply());
    CHECK(running.server->endpoint->info(before)->timeout == 30s);
  }
  running.config.session.timeout = 5s;
  REQUIRE(running.apply());
  REQUIRE(running.gets_in());
  CHECK(running.server->endpoint->info(running.served(1))->timeout == 5s);
}

TEST_CASE("a hello that was answered before a change gets the windows it was promised [HS-28]") {
  Running running;
  const SessionHandle session = running.connect();
  REQUIRE(running.world.run_until([&] { return running.server->endpoint->record_count() == 1; }));
  REQUIRE(running.sessions() == 0);
  running.config.session.max_data = 64 * 1024;
  running.config.session.max_stream_data = 16 * 1024;
  running.config.session.message_bytes_max = 16 * 1024;
  REQUIRE(running.apply());
  running.world.run_for(1s);
  Endpoint& client = *running.client->endpoint;
  const StreamId stream = client.open_stream(session, {.service = "sink"}).value();
  const std::vector<std::uint8_t> much(256 * 1024, 0x61);
  REQUIRE(client.send(session, stream, much).value() == much.size());
  running.world.run_for(5s);
  REQUIRE(client.info(session)->state == SessionState::kEstablished);
  CHECK(client.stream_info(session, stream)->bytes_acked == much.size());

  const SessionHandle later = running.connect();
  running.world.run_for(1s);
  Endpoint& other = *running.client->endpoint;
  const StreamId small = other.open_stream(later, {.service = "sink"}).value();
  (void)other.send(later, small, much);
  running.world.run_for(5s);
  CHECK(other.stream_info(later, small)->bytes_acked <= 16 * 1024);
  CHECK(other.info(later)->state == SessionState::kEstablished);
}

TEST_CASE("heartbeats of a server begin, change their pace and end in the sessions there are") {
  Running running;
  REQUIRE(running.gets_in());
  const SessionHandle session = running.served(0);
  const auto answered_in = [&](Duration time) {
    const auto before = running.server->endpoint->info(session)->heartbeats_answered;
    running.world.run_for(time);
    return running.server->endpoint->info(session)->heartbeats_answered - before;
  };
  SessionConfig& config = running.config.session;
  config.heartbeat_enabled = false;
  REQUIRE(running.apply());
  CHECK(answered_in(12s) == 0);
  config.heartbeat_enabled = true;
  config.heartbeat_interval = 1s;
  REQUIRE(running.apply());
  CHECK(answered_in(10500ms) >= 9);
  config.heartbeat_interval = 4s;
  REQUIRE(running.apply());
  const auto slow = answered_in(12s);
  CHECK(slow >= 2);
  CHECK(slow <= 4);
  config.heartbeat_enabled = false;
  REQUIRE(running.apply());
  CHECK(answered_in(12s) == 0);
}

TEST_CASE("changes that come faster than heartbeats don't put them off for ever") {
  Running running;
  running.config.session.heartbeat_interval = 1s;
  REQUIRE(running.apply());
  REQUIRE(running.gets_in());
  const SessionHandle session = running.served(0);
  for (int i = 0; i < 200; ++i) {
    running.config.session.heartbeat_interval = 1s + i % 2 * 1ms;
    REQUIRE(running.apply());
    running.world.run_for(50ms);
  }
  CHECK(running.server->endpoint->info(session)->heartbeats_answered >= 8);
}

TEST_CASE("a client whose key is taken away loses its session, the others keep theirs [HS-29]") {
  const Identity ana = identity_of_seed(50);
  const Identity ben = identity_of_seed(51);
  World keys(11);
  Running running(asking(keys, {ana.public_key(), ben.public_key()}));
  REQUIRE(running.gets_in(ana));
  REQUIRE(running.gets_in(ben));
  running.config.server->authorized_clients = {ben.public_key()};
  REQUIRE(running.apply());
  CHECK(running.close_code(running.served(0)) == TransportCode::kClientIdentityRefused);
  CHECK_FALSE(running.close_code(running.served(1)));
  running.world.run_for(1s);
  CHECK(running.sessions() == 1);
  CHECK_FALSE(running.gets_in(ana));
  CHECK(running.gets_in(ben));
  running.config.server->authorized_clients.push_back(ana.public_key());
  REQUIRE(running.apply());
  CHECK(running.gets_in(ana));
  CHECK(running.sessions() == 3);
}

TEST_CASE("who never said who it is goes when it is asked for, also in a handshake [HS-29]") {
  const Identity ana = identity_of_seed(50);
  Running running;
  REQUIRE(running.gets_in(ana));  // it was not asked, so it did not say
  const SessionHandle late = running.connect(ana);
  REQUIRE(running.world.run_until([&] { return running.server->endpoint->record_count() == 2; }));
  running.config.server->client_auth = ClientAuth::kRequired;
  running.config.server->authorized_clients = {ana.public_key()};
  REQUIRE(running.apply());
  CHECK(running.close_code(running.served(0)) == TransportCode::kClientIdentityRequired);
  Endpoint& client = *running.client->endpoint;
  REQUIRE(running.world.run_until([&] { return client.close_info(late) != nullptr; }));
  CHECK(client.close_info(late)->code == TransportCode::kClientIdentityRequired);
  running.world.run_for(1s);
  CHECK(running.sessions() == 0);
  CHECK(running.gets_in(ana));
  running.config.server->client_auth = ClientAuth::kOff;
  REQUIRE(running.apply());
  CHECK(running.gets_in());
  CHECK(running.sessions() == 2);
}

TEST_CASE("resumption is switched off and on again in a running server") {
  Running running;
  const SessionHandle first = running.connect();
  running.world.run_for(1s);
  Endpoint& client = *running.client->endpoint;
  std::vector<SessionTicket> tickets;
  while (auto ticket = client.take_ticket(first)) tickets.push_back(*ticket);
  REQUIRE(tickets.size() == 2);
  const auto come_back = [&](const SessionTicket& ticket) {
    ConnectOptions options{.remote = running.server->address,
                           .trust = running.world.trust(),
                           .identity = {},
                           .session = {}};
    options.import_session_ticket(ticket);
    const SessionHandle session = client.connect(running.world.now(), options).value();
    running.world.run_for(1s);
    REQUIRE(client.info(session)->state == SessionState::kEstablished);
    return session;
  };
  running.config.server->resumption.enabled = false;
  REQUIRE(running.apply());
  const SessionHandle second = come_back(tickets[0]);
  CHECK_FALSE(client.info(second)->resumed);
  CHECK_FALSE(client.take_ticket(second));
  REQUIRE(client.generate_session_ticket(first));
  running.world.run_for(1s);
  CHECK_FALSE(client.take_ticket(first));  // nor any in the sessions there are

  running.config.server->resumption.enabled = true;
  REQUIRE(running.apply());
  CHECK(client.info(come_back(tickets[1]))->resumed);
  REQUIRE(client.generate_session_ticket(first));
  running.world.run_for(1s);
  CHECK(client.take_ticket(first));
}

TEST_CASE("a ticket of a session with larger limits lets no early data in [HS-28]") {
  EarlyScene scene;
  EndpointConfig config;
  config.server = early_server(scene.world);
  const auto reconfigure = [&] {
    return scene.server->endpoint->reconfigure(scene.world.now(), config);
  };
  const SessionHandle old = scene.connect();
  scene.world.run_for(1s);
  config.session.max_stream_data = 16 * 1024;
  config.session.message_bytes_max = 16 * 1024;
  REQUIRE(reconfigure());
  // The session that was promised more asks for tickets after the change.
  while (scene.client->endpoint->take_ticket(old)) {
  }
  REQUIRE(scene.client->endpoint->generate_session_ticket(old));
  scene.world.run_for(1s);
  const auto ticket = scene.client->endpoint->take_ticket(old);
  REQUIRE(ticket);
  CHECK(ticket->max_stream_data == 256 * 1024);
  const SessionHandle session = scene.connect(*ticket);
  scene.say(session, "hello");
  scene.world.run_for(2s);
  CHECK(scene.client->endpoint->info(session)->state == SessionState::kEstablished);
  CHECK(scene.rejected.size() == 1);
  const auto policy = static_cast<std::size_t>(EarlyRefusal::kPolicy);
  CHECK(scene.server->endpoint->stats().early_refused[policy] == 1);
}

TEST_CASE("a service that takes early data no longer has none from then on") {
  EarlyScene scene;
  EndpointConfig config;
  config.server = early_server(scene.world);
  config.server->resumption.early_services = {};
  REQUIRE(scene.server->endpoint->reconfigure(scene.world.now(), config));
  const SessionHandle session = scene.connect(scene.tickets[0]);
  scene.say(session, "hello");
  scene.world.run_for(2s);
  CHECK(scene.rejected.size() == 1);
  CHECK_FALSE(scene.was_early);
}

TEST_CASE("memory shrinks under the sessions there are, but not below what they were promised") {
  Running running;
  const SessionHandle session = running.connect();
  running.world.run_for(1s);
  running.config.session.message_bytes_max = 16 * 1024;
  running.config.memory_bytes_max = 32 * 16 * 1024;
  REQUIRE(running.apply());
  // The session was told 256 KiB for a message, and one of that size still arrives.
  Endpoint& client = *running.client->endpoint;
  const StreamId stream =
      client.open_stream(session, {.service = "sink", .framing = Framing::kMessages}).value();
  const std::vector<std::uint8_t> message(256 * 1024, 0x62);
  REQUIRE(client.send(session, stream, message).value() == message.size());
  running.world.run_for(5s);
  CHECK(client.stream_info(session, stream)->bytes_acked >= message.size());
}

TEST_CASE("the same configuration again gives nobody new tokens") {
  Running running;
  running.config.limits = {.messages_per_second = 10};
  REQUIRE(running.apply());
  const SessionHandle session = running.connect();
  std::size_t messages = 0;
  running.server->on_event = [&](const Event& event) {
    if (event.kind != EventKind::kReadable) return;
    Endpoint& server = *running.server->endpoint;
    while (true) {
      const auto view = server.read(event.session, event.stream);
      if (!view || (view->data.empty() && !view->message_end)) return;
      messages += view->message_end ? 1 : 0;
      (void)server.consume(event.session, event.stream, view->data.size());
    }
  };
  running.world.run_for(1s);
  Endpoint& client = *running.client->endpoint;
  const StreamId stream =
      client.open_stream(session, {.service = "sink", .framing = Framing::kMessages}).value();
  for (int i = 0; i < 500; ++i) (void)client.send(session, stream, as_bytes("m"));
  for (int i = 0; i < 200; ++i) {  // ten seconds
    REQUIRE(running.apply());
    running.world.run_for(50ms);
  }
  CHECK(messages >= 100);
  CHECK(messages <= 111);
  running.config.limits = {.messages_per_second = 100};
  REQUIRE(running.apply());
  const std::size_t before = messages;
  running.world.run_for(2s);
  CHECK(messages - before >= 190);
}

TEST_CASE("a configuration that is out of range changes nothing") {
  Running running;
  REQUIRE(running.gets_in());
  running.config.server->sessions_max = 1;
  running.config.server->half_open_max = 1;
  const auto refused = running.apply();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == LocalCode::kInvalidArgument);
  CHECK(running.gets_in());
  running.config.server.reset();
  CHECK_FALSE(running.apply());
}

TEST_CASE("handshakes have another time, and records another number") {
  LoneEndpoint lone(server_config());
  EndpointConfig config;
  config.server = server_config();
  config.handshake_timeout = 2s;
  REQUIRE(lone->reconfigure(lone.now, config));
  lone.exchange(kClientAddress, CraftedHello(9).datagram());
  CHECK(lone->record_count() == 1);
  lone.run_for(1999ms);
  CHECK(lone->record_count() == 1);
  lone.run_for(2ms);
  CHECK(lone->record_count() == 0);
  config.server->half_open_max = 2;  // one for those who have proven nothing
  REQUIRE(lone->reconfigure(lone.now, config));
  lone.exchange(kClientAddress, CraftedHello(10).datagram());
  lone.exchange(kOtherAddress, CraftedHello(11).datagram());
  CHECK(lone->record_count() == 1);
}
