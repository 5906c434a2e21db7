// SPDX-License-Identifier: MIT
//
// Early data together with what sessions can do besides: deliveries, rate limits, draining.
#include "unit/endpoint/early_scene.h"

using namespace jetstream;
using namespace jetstream::testing;
using namespace std::chrono_literals;

TEST_CASE("messages of every delivery are early data [RES-16]") {
  EarlyScene scene;
  const SessionHandle session = scene.connect(scene.tickets[0]);
  std::map<Delivery, StreamId> streams;
  for (const Delivery delivery :
       {Delivery::kUnordered, Delivery::kExpiring, Delivery::kBestEffort}) {
    const auto stream = scene.client->endpoint->open_stream(
        session,
        {.service = "echo", .framing = Framing::kMessages, .delivery = delivery, .early = true});
    REQUIRE(stream);
    REQUIRE(scene.client->endpoint->send(session, *stream, as_bytes("m")));
    streams[delivery] = *stream;
  }
  scene.world.run_for(25ms);
  CHECK(scene.was_early);
  for (const auto& [delivery, stream] : streams) {
    INFO(static_cast<int>(delivery));
    CHECK(scene.answer(stream) == "m");
  }
}

TEST_CASE("early data waits for tokens like all data, and is told when they are there [RATE-4]") {
  EarlyScene scene;
  REQUIRE(
      scene.server->endpoint->set_limits(scene.world.now(), {.messages_per_second = 1}, nullptr));
  const SessionHandle session = scene.connect(scene.tickets[0]);
  const auto stream = scene.client->endpoint->open_stream(
      session, {.service = "echo", .framing = Framing::kMessages, .early = true});
  REQUIRE(stream);
  for (int i = 0; i < 6; ++i) {
    REQUIRE(scene.client->endpoint->send(session, *stream, as_bytes("m")));
  }
  scene.world.run_for(15ms);  // the hello is there, Finished is not
  CHECK(scene.was_early);
  CHECK(scene.heard["echo"].size() < 6);
  scene.world.run_for(15s);
  CHECK(scene.heard["echo"] == "mmmmmm");
}

TEST_CASE("a server that drains says so when the client has finished, not before [RES-19]") {
  EarlyScene scene;
  const SessionHandle session = scene.connect(scene.tickets[0]);
  const StreamId stream = scene.say(session, "hello");
  scene.world.run_for(11ms);  // the hello is there, Finished is not
  REQUIRE(scene.server->saw(EventKind::kAccepted));
  const SessionHandle accepted = scene.server->events.front().session;
  DrainOptions drain;
  drain.deadline = 5s;
  REQUIRE(scene.server->endpoint->drain(scene.world.now(), accepted, drain));
  scene.world.run_for(14ms);
  CHECK(scene.client->saw(EventKind::kConnected));
  CHECK_FALSE(scene.client->saw(EventKind::kGoAway));
  scene.world.run_for(1s);
  CHECK(scene.answer(stream) == "hello");
  CHECK(scene.client->saw(EventKind::kGoAway));
  CHECK(scene.client->saw(EventKind::kClosed));
}

TEST_CASE("a session of early data counts for its source once the client has finished [RETRY-19]") {
  EarlyScene scene;
  ServerConfig config = early_server(scene.world);
  config.sessions_max_per_source = 1;
  config.exempt = {};
  Node* strict = scene.add(config);
  const auto turned_away = [&] {
    return strict->endpoint->stats().admission[static_cast<std::size_t>(Admission::kSourceFull)];
  };
  const SessionHandle first = scene.connect({}, strict);
  scene.world.run_for(1s);
  const SessionTicket ticket = scene.client->endpoint->take_ticket(first).value();
  CHECK_FALSE(scene.client->endpoint->info(first)->address_token.empty());

  // A second one, whose early data is taken on the word of its ticket.
  scene.client->events.clear();
  const SessionHandle second = scene.connect(ticket, strict);
  scene.say(second, "hello");
  REQUIRE(scene.world.run_until([&] { return scene.client->saw(EventKind::kClosed); }, 1s));
  CHECK(strict->endpoint->stats().early_accepted == 1);
  CHECK(turned_away() == 1);
  CHECK(scene.client->endpoint->close_info(second)->code == TransportCode::kServerFull);

  // When the first is gone there is room again, also for what was refused before.
  REQUIRE(scene.client->endpoint->close(scene.world.now(), first, CloseReason::kNormal, {}));
  scene.world.run_for(20s);
  CHECK(strict->endpoint->session_count() == 0);
  const SessionHandle third = scene.connect({}, strict);
  scene.world.run_for(1s);
  CHECK(scene.client->endpoint->info(third)->state == SessionState::kEstablished);
  CHECK(turned_away() == 1);
}

TEST_CASE("a client with early data gets its address token when it has finished [RES-19]") {
  EarlyScene scene;
  const SessionHandle session = scene.connect(scene.tickets[0]);
  scene.say(session, "hello");
  scene.world.run_for(25ms);  // the server has answered the early data, and not heard Finished
  REQUIRE(scene.was_early);
  CHECK(scene.client->endpoint->info(session)->address_token.empty());
  scene.world.run_for(1s);
  CHECK(scene.client->endpoint->info(session)->address_token.size() == 70);
}
