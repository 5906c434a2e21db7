// SPDX-License-Identifier: MIT
//
// Leaving a session in order: who is told, what still goes through, and when it is over.
#include <catch2/catch.hpp>

#include "unit/endpoint/lone_endpoint.h"

using namespace jetstream;
using namespace jetstream::testing;
using namespace std::chrono_literals;

namespace {

constexpr Duration kTick = 256us;
constexpr Duration kRoundTrip = 20ms;  // of the virtual network

/// A client and a server of one world, with a session.
struct Pair {
  Pair() : server(world.add_server()), client(world.add_client()) {
    session = world.connect(client, server);
    REQUIRE(world.run_until([&] { return server.saw(EventKind::kAccepted); }));
    world.run_for(1s);
    accepted = server.events.at(0).session;
  }
  bool both_closed() const {
    return client.saw(EventKind::kClosed) && server.saw(EventKind::kClosed);
  }

  World world{5};
  Node& server;
  Node& client;
  SessionHandle session, accepted;
};

wire::GoAwayFrame goaway(std::uint64_t deadline_ms) {
  wire::GoAwayFrame frame{};
  frame.deadline_ms = deadline_ms;
  return frame;
}

DrainOptions within(Duration deadline) {
  DrainOptions options;
  options.deadline = deadline;
  return options;
}

}  // namespace

TEST_CASE("a drained session without streams is told so and closed a round trip later [CLOSE-8]") {
  Pair pair;
  DrainOptions options = within(30s);
  options.message = "maintenance";
  options.retry_after = 1500ms;
  options.alternate = kOtherAddress;
  const Instant begin = pair.world.now();
  REQUIRE(pair.server.endpoint->drain(begin, pair.accepted, options));
  REQUIRE(pair.world.run_until([&] { return pair.client.saw(EventKind::kGoAway); }));
  CHECK_FALSE(pair.client.saw(EventKind::kClosed));
  const GoAwayInfo* told = pair.client.endpoint->goaway_info(pair.session);
  REQUIRE(told != nullptr);
  CHECK(told->closes_at - begin >= 30s);
  CHECK(told->closes_at - begin <= 30s + kRoundTrip);
  CHECK(told->retry_after == 1500ms);
  CHECK(told->alternate == kOtherAddress);
  CHECK(pair.client.endpoint->info(pair.session)->going_away);
  CHECK(pair.server.endpoint->goaway_info(pair.accepted) == nullptr);

  Instant end = kNever;
  pair.client.on_event = [&](const Event& event) {
    if (event.kind == EventKind::kClosed) end = pair.world.now();
  };
  REQUIRE(pair.world.run_until([&] { return pair.both_closed(); }, 1s));
  // GOAWAY, its acknowledgement, which may be held back, and CLOSE.
  CHECK(end - begin <= 2 * kRoundTrip + 26ms);
  const CloseInfo* why = pair.client.endpoint->close_info(pair.session);
  REQUIRE(why != nullptr);
  CHECK(why->reason == CloseReason::kGoingAway);
  CHECK(why->code == TransportCode::kGoingAway);
  CHECK(why->message == "maintenance");
  CHECK(why->retry_after == 1500ms);
  CHECK(why->alternate == kOtherAddress);
  CHECK(why->by_peer);
  CHECK(pair.client.count(EventKind::kGoAway) == 1);
}

TEST_CASE("neither side opens streams once one of them goes away [CLOSE-7]") {
  Pair pair;
  const StreamId open = pair.client.endpoint->open_stream(pair.session, {}).value();
  REQUIRE(pair.client.endpoint->send(pair.session, open, as_bytes("here")));
  REQUIRE(pair.server.endpoint->drain(pair.world.now(), pair.accepted, within(10s)));
  CHECK(pair.server.endpoint->open_stream(pair.accepted, {}).error().code == LocalCode::kGoingAway);
  REQUIRE(pair.client.endpoint->open_stream(pair.session, {}));  // it can't know yet
  REQUIRE(pair.world.run_until([&] { return pair.client.saw(EventKind::kGoAway); }));
  CHECK(pair.client.endpoint->open_stream(pair.session, {}).error().code == LocalCode::kGoingAway);
  // What is open goes on in both directions, also what was opened meanwhile.
  pair.world.run_for(100ms);
  CHECK(pair.server.count(EventKind::kStreamOpened) == 2);
  REQUIRE(pair.client.endpoint->send(pair.session, open, as_bytes(" and there")));
  REQUIRE(pair.server.endpoint->send(pair.accepted, open, as_bytes("heard")));
  pair.world.run_for(100ms);
  CHECK(as_text(pair.server.endpoint->read(pair.accepted, open)->data) == "here and there");
  CHECK(as_text(pair.client.endpoint->read(pair.session, open)->data) == "heard");
  CHECK_FALSE(pair.both_closed());
}

TEST_CASE("a drain's deadline closes what is not over, and not a tick before [CLOSE-8]") {
  ServedClient served;
  served.say(joined(ack_of(0, served.server->info(served.session)->packets_sent - 1),
                    frames(wire::OpenFrame{.stream = StreamId(1), .service = "x", .weight = 1})));
  REQUIRE(served.server->drain(served.server.now, served.session, within(5s)));
  const auto told = opened(served.client.packets(), served.server.turn());
  REQUIRE(count_frames<wire::GoAwayFrame>(told) == 1);
  CHECK(find_frame<wire::GoAwayFrame>(told.back())->deadline_ms == 5000);
  served.say(ack_of(0, served.server->info(served.session)->packets_sent - 1));
  CHECK(served.server.run_to(kStart + 5s - 1ns).empty());
  CHECK(served.state() == SessionState::kEstablished);
  const auto last = opened(served.client.packets(), served.server.run_to(kStart + 5s + kTick));
  CHECK(ServedClient::close_code(last) == TransportCode::kGoingAway);
  CHECK(served.server.count(EventKind::kClosed) == 1);
}

TEST_CASE("a second drain brings the deadline forward and never back") {
  ServedClient served;
  served.say(joined(ack_of(0, served.server->info(served.session)->packets_sent - 1),
                    frames(wire::OpenFrame{.stream = StreamId(1), .service = "x", .weight = 1})));
  REQUIRE(served.server->drain(served.server.now, served.session, within(5s)));
  served.server.turn();
  REQUIRE(served.server->drain(served.server.now, served.session, within(10s)));
  CHECK(count_frames<wire::GoAwayFrame>(opened(served.client.packets(), served.server.turn())) ==
        0);
  REQUIRE(served.server->drain(served.server.now, served.session, within(2s)));
  const auto told = opened(served.client.packets(), served.server.turn());
  REQUIRE(count_frames<wire::GoAwayFrame>(told) == 1);
  CHECK(find_frame<wire::GoAwayFrame>(told[0])->deadline_ms == 2000);
  served.server.run_to(kStart + 2s + kTick);
  CHECK(served.server.count(EventKind::kClosed) == 1);
}

TEST_CASE("a GOAWAY that is lost is sent again, and nobody waits for ever for its answer") {
  ServedClient served;
  served.say(ack_of(0, served.server->info(served.session)->packets_sent - 1));
  REQUIRE(served.server->drain(served.server.now, served.session, within(30s)));
  const SentList lost = served.server.turn();  // the client does not get it
  REQUIRE(lost.size() == 1);
  const Duration pto = served.server->info(served.session)->smoothed_rtt + 1ms + 25ms;
  const auto again = opened(served.client.packets(), served.server.run_to(kStart + 3 * pto - 1ms));
  CHECK(count_frames<wire::GoAwayFrame>(again) ==
        0);  // only probes so far: nothing says it is lost
  CHECK(served.server.count(EventKind::kClosed) == 0);
  const auto last = opened(served.client.packets(), served.server.run_to(kStart + 3 * pto + 1ms));
  CHECK(ServedClient::close_code(last) == TransportCode::kGoingAway);
  CHECK(served.server.count(EventKind::kClosed) == 1);

  // With a stream open there is time, and packets behind it that are acknowledged.
  ServedClient patient;
  patient.say(joined(ack_of(0, patient.server->info(patient.session)->packets_sent - 1),
                     frames(wire::OpenFrame{.stream = StreamId(1), .service = "x", .weight = 1})));
  patient.server.run_for(30ms);
  const auto first = patient.server->info(patient.session)->packets_sent;
  REQUIRE(patient.server->drain(patient.server.now, patient.session, within(30s)));
  REQUIRE(patient.server.turn().size() == 1);
  for (int i = 0; i < 4; ++i) {
    REQUIRE(patient.server->send(patient.session, StreamId(1), as_bytes("more")));
    patient.server.turn();
  }
  const auto after = patient.say(ack_of(first + 1, first + 4));
  CHECK(count_frames<wire::GoAwayFrame>(after) == 1);
}

TEST_CASE("a peer that says GOAWAY over and over is heard once") {
  ServedClient served;
  for (std::uint64_t i = 0; i < 100; ++i) {
    served.say(frames(goaway(i), goaway(7)));
  }
  CHECK(served.server.count(EventKind::kGoAway) == 1);
  CHECK(served.server->goaway_info(served.session)->closes_at == kStart + 7ms);
  // What is beyond all reason is taken as a day.
  served.say(frames(goaway(wire::kVarintMax)));
  CHECK(served.server->goaway_info(served.session)->closes_at == kStart + 24h);
}

TEST_CASE("a drain wants a deadline that makes sense, and a session there is") {
  Pair pair;
  const auto drain = [&](Duration deadline) {
    return pair.server.endpoint->drain(pair.world.now(), pair.accepted, within(deadline));
  };
  CHECK(drain(-1ns).error().code == LocalCode::kInvalidArgument);
  CHECK(drain(24h + 1ns).error().code == LocalCode::kInvalidArgument);
  CHECK(pair.server.endpoint->drain(pair.world.now(), {77, 77}, within(1s)).error().code ==
        LocalCode::kUnknownSession);
  REQUIRE(drain(24h));
  REQUIRE(drain(0ns));
  REQUIRE(pair.world.run_until([&] { return pair.both_closed(); }, 1s));
  CHECK(drain(1s));  // without effect
}

TEST_CASE("new sessions can be refused, with a word on when and where to try, and taken again") {
  World world(7);
  Node& server = world.add_server();
  CloseInfo why;
  why.reason = CloseReason::kGoingAway;
  why.code = TransportCode::kGoingAway;
  why.message = "maintenance" + std::string(200, '!');
  why.retry_after = 60s;
  why.alternate = kOtherAddress;
  server.endpoint->refuse_sessions(why);
  Node& refused = world.add_client();
  const SessionHandle session = world.connect(refused, server);
  REQUIRE(world.run_until([&] { return refused.saw(EventKind::kClosed); }, 1s));
  const CloseInfo* told = refused.endpoint->close_info(session);
  REQUIRE(told != nullptr);
  CHECK(told->reason == CloseReason::kGoingAway);
  CHECK(told->code == TransportCode::kGoingAway);
  CHECK(told->message == why.message.substr(0, 80));
  CHECK(told->retry_after == 60s);
  CHECK(told->alternate == kOtherAddress);
  CHECK(server.endpoint->record_count() == 0);
  CHECK(server.endpoint->stats().admission[static_cast<std::size_t>(Admission::kNoNewSessions)] ==
        1);

  server.endpoint->refuse_sessions(std::nullopt);
  Node& welcome = world.add_client();
  world.connect(welcome, server);
  CHECK(world.run_until([&] { return welcome.saw(EventKind::kConnected); }, 1s));
}

TEST_CASE("a handshake that is half done when sessions are refused is refused as well") {
  LoneEndpoint server(server_config());
  RawClient client(kStart, server_trust(), {});
  const SentList flight = server.exchange(kClientAddress, client.hello());
  REQUIRE(client.take_flight(flight.at(0).bytes));
  CloseInfo why;
  why.reason = CloseReason::kGoingAway;
  why.code = TransportCode::kGoingAway;
  server->refuse_sessions(why);
  CHECK(server.exchange(kClientAddress, client.finished()).size() == 1);
  CHECK(server.count(EventKind::kAccepted) == 0);
  CHECK(server->session_count() == 0);
}
