// SPDX-License-Identifier: MIT
//
// Early data of clients that never finish, finish as somebody else, or break a rule first.
#include <numeric>

#include "unit/endpoint/early_scene.h"

using namespace jetstream;
using namespace jetstream::testing;
using namespace std::chrono_literals;

namespace {

/// Lets time pass and says how often something was due. A deadline that stays in the past makes
/// that very often.
std::size_t steps_in(World& world, Duration duration) {
  constexpr std::size_t kFarTooMany = 1000;
  const Instant end = world.now() + duration;
  std::size_t steps = 0;
  while (world.now() < end && steps < kFarTooMany && world.step()) ++steps;
  return steps;
}

/// The client's hello arrives with early data, and nothing that it sends later.
void lose_finished(EarlyScene& scene) {
  scene.world.run_for(9ms);
  scene.world.network.link.loss = 1;
}

}  // namespace

TEST_CASE("a 0-RTT packet beside the hello pays for answers once [PKT-22]") {
  EarlyScene scene;
  scene.server->on_event = [&](const Event& event) {
    if (event.kind != EventKind::kStreamOpened) return;
    (void)scene.server->endpoint->send(event.session, event.stream, Buffer(50'000));
  };
  std::uint64_t to_server = 0, to_client = 0;
  scene.world.network.observer = [&](const PeerAddress& from, const PeerAddress&, Bytes bytes) {
    (from == scene.client->address ? to_server : to_client) += bytes.size();
  };
  const SessionHandle session = scene.connect(scene.tickets[0]);
  scene.say(session, std::string(200, 'x'));
  lose_finished(scene);
  REQUIRE(to_server == 1200);
  scene.world.run_for(50ms);
  CHECK(to_client > 2400);  // it does answer
  CHECK(to_client <= 3 * 1200);
}

TEST_CASE("a session closed before the client has finished waits for nothing in the past") {
  EarlyScene scene;
  bool close = true;
  scene.server->on_event = [&](const Event& event) {
    if (event.kind != EventKind::kAccepted || !close) return;
    (void)scene.server->endpoint->close(scene.world.now(), event.session, CloseReason::kNormal, {});
  };
  scene.client->on_event = {};
  const SessionHandle session = scene.connect(scene.tickets[0]);
  scene.say(session, "hello");
  lose_finished(scene);
  REQUIRE(scene.client->endpoint->close(scene.world.now(), session, CloseReason::kNormal, {}));
  CHECK(steps_in(scene.world, 30s) < 100);
  CHECK(scene.server->endpoint->record_count() == 0);
  CHECK(scene.server->endpoint->session_count() == 0);
  CHECK(scene.server->count(EventKind::kClosed) == 1);
}

TEST_CASE("no timeout of the session speaks before the client has finished [RES-19]") {
  EarlyScene scene;
  ServerConfig server = early_server(scene.world);
  EndpointConfig config;
  config.session.timeout = 1s;
  Node* brief = scene.add(server, config);
  const SessionHandle first = scene.connect({}, brief);
  scene.world.run_for(100ms);
  const SessionTicket ticket = scene.client->endpoint->take_ticket(first).value();
  REQUIRE(scene.client->endpoint->close(scene.world.now(), first, CloseReason::kNormal, {}));
  scene.world.run_for(1s);
  const SessionHandle session = scene.connect(ticket, brief);
  scene.say(session, "hello");
  lose_finished(scene);
  scene.world.run_for(100ms);
  REQUIRE(brief->endpoint->stats().early_accepted == 1);
  const std::uint64_t sent = brief->datagrams_sent;
  CHECK(steps_in(scene.world, 8s) < 200);
  CHECK(brief->datagrams_sent == sent);
  CHECK(brief->endpoint->stats().sessions_expired == 0);
}

TEST_CASE("a session with early data can be asked to end before its client has finished") {
  EarlyScene scene;
  scene.server->on_event = [&](const Event& event) {
    scene.echo(*scene.server, event);
    if (event.kind != EventKind::kAccepted) return;
    Endpoint& server = *scene.server->endpoint;
    CHECK(server.info(event.session)->state == SessionState::kHandshaking);
    server.refuse_sessions(CloseInfo());
    DrainOptions options;
    options.deadline = 1h;
    CHECK(server.drain(scene.world.now(), event.session, options));
  };
  const SessionHandle session = scene.connect(scene.tickets[0]);
  const StreamId stream = scene.say(session, "hello");
  scene.world.run_for(2s);
  CHECK(scene.answer(stream) == "hello");
  CHECK(scene.client->count(EventKind::kGoAway) == 1);
  CHECK(scene.client->count(EventKind::kClosed) == 1);
  CHECK(scene.server->endpoint->session_count() == 0);
}

TEST_CASE("nobody hears of the streams of a session that ended before it was told of") {
  EarlyScene scene;
  std::vector<Buffer> sent;
  scene.world.network.observer = [&](const PeerAddress& from, const PeerAddress&, Bytes bytes) {
    if (from == scene.client->address) sent.emplace_back(bytes.begin(), bytes.end());
  };
  scene.world.network.link.loss = 1;
  const SessionHandle session = scene.connect(scene.tickets[0]);
  scene.say(session, "hello");
  scene.world.run_for(1ms);
  scene.world.network.observer = {};
  scene.world.network.link.loss = 0;
  // All in one turn: the hello, its early data, and the end of the session.
  Endpoint& server = *scene.server->endpoint;
  for (Buffer& datagram : sent) {
    server.handle(scene.world.now(), {scene.client->address, {}}, datagram);
  }
  server.flush(scene.world.now());
  std::vector<SessionHandle> handles;
  server.visit_sessions([&](const SessionInfo& info) { handles.push_back(info.handle); });
  REQUIRE(handles.size() == 1);
  REQUIRE(server.close(scene.world.now(), handles[0], CloseReason::kProtocolError, {}));
  SECTION("and the client finishes") {}
  SECTION("and the client never finishes") { lose_finished(scene); }
  scene.world.run_for(30s);
  CHECK(scene.server->events.empty());
  CHECK(server.session_count() == 0);
  CHECK(server.record_count() == 0);
}

TEST_CASE("a ticket without early data is not refused any") {
  EarlyScene scene(42, ResumptionConfig{.early_data_max = 0, .early_services = {"echo"}});
  CHECK(scene.tickets[0].early_data_max == 0);
  const SessionHandle session = scene.connect(scene.tickets[0]);
  scene.world.run_for(1s);
  CHECK(scene.client->endpoint->info(session)->resumed);
  CHECK(scene.stats().early_refused == EndpointStats().early_refused);
}

TEST_CASE("sessions that began with early data are counted when they open and when they close") {
  EarlyScene scene;
  const EndpointStats before = scene.stats();
  const auto closed = [](const EndpointStats& stats) {
    return std::accumulate(stats.sessions_closed.begin(), stats.sessions_closed.end(),
                           std::uint64_t{0});
  };
  const SessionHandle session = scene.connect(scene.tickets[0]);
  scene.say(session, "hello");
  SECTION("the client never finishes") { lose_finished(scene); }
  SECTION("it finishes") {
    scene.world.run_for(1s);
    REQUIRE(scene.client->endpoint->close(scene.world.now(), session, CloseReason::kNormal, {}));
  }
  scene.world.run_for(40s);
  CHECK(scene.stats().sessions_opened - before.sessions_opened == 1);
  CHECK(closed(scene.stats()) - closed(before) == 1);
}

TEST_CASE("who finishes is whom the ticket was given to, if early data was taken [RES-12]") {
  const Identity friendly = identity_of_seed(3);
  const Identity other = identity_of_seed(4);
  World world(5);
  ServerConfig config{.identity = world.server_identity(),
                      .client_auth = ClientAuth::kRequired,
                      .authorized_clients = {friendly.public_key(), other.public_key()}};
  config.resumption = {.early_services = {"echo"}, .reauthenticate = false};
  Node& server = world.add_server({}, &config);
  Node& client = world.add_client();
  ConnectOptions options{
      .remote = server.address, .trust = world.trust(), .identity = friendly, .session = {}};
  const auto first = client.endpoint->connect(world.now(), options).value();
  world.run_for(1s);
  options.import_session_ticket(client.endpoint->take_ticket(first).value());
  options.identity = other;
  std::optional<TransportCode> told;
  client.on_event = [&](const Event& event) {
    if (event.kind == EventKind::kClosed) told = client.endpoint->close_info(event.session)->code;
  };
  const auto session = client.endpoint->connect(world.now(), options).value();
  REQUIRE(client.endpoint->open_stream(session, {.service = "echo", .early = true}));
  CHECK(steps_in(world, 20s) < 200);
  REQUIRE(server.endpoint->stats().early_accepted == 1);
  CHECK(server.endpoint->stats().handshakes_failed == 1);
  CHECK(told == TransportCode::kClientIdentityRefused);
  CHECK(server.endpoint->session_count() == 1);  // the first one
}
