// SPDX-License-Identifier: MIT
//
// Expiry, heartbeats, and what counts as a sign of life.
#include <catch2/catch.hpp>

#include "unit/endpoint/lone_endpoint.h"

using namespace jetstream;
using namespace jetstream::testing;
using namespace std::chrono_literals;

namespace {

constexpr Duration kTick = 256us;

EndpointConfig with(Duration timeout, bool heartbeat = false) {
  EndpointConfig config;
  config.session.timeout = timeout;
  config.session.heartbeat_enabled = heartbeat;
  return config;
}

std::optional<TransportCode> code_of(LoneEndpoint& endpoint, SessionHandle session) {
  const CloseInfo* info = endpoint->close_info(session);
  return info == nullptr ? std::nullopt : std::optional(info->code);
}

}  // namespace

TEST_CASE("a session expires at its timeout and not a tick before [LIVE-1]") {
  ServedClient served(server_config(), with(7s));
  REQUIRE(served.server->info(served.session)->timeout == 7s);
  served.server.run_to(kStart + 7s - 1ns);
  CHECK(served.state() == SessionState::kEstablished);
  CHECK(served.server.count(EventKind::kClosed) == 0);
  served.server.run_to(kStart + 7s + kTick);
  CHECK(served.server.count(EventKind::kClosed) == 1);
  CHECK(code_of(served.server, served.session) == TransportCode::kIdleTimeout);
  CHECK(served.server->close_info(served.session)->reason == CloseReason::kTimeout);
  CHECK(served.server->stats().sessions_expired == 1);
}

TEST_CASE(
    "a packet 1 ns before the timeout keeps a session, one at the timeout does not [LIVE-1]") {
  for (const bool late : {false, true}) {
    ServedClient served(server_config(), with(7s));
    served.server.run_to(kStart + 7s - 1ns);
    if (late) served.server.now = kStart + 7s;
    served.server.give(kClientAddress, served.client.packets().seal(frames(wire::PingFrame{})));
    served.server.run_to(kStart + 7s + kTick);
    CHECK((served.state() == SessionState::kEstablished) == !late);
    if (late) continue;
    served.server.run_to(kStart + 14s - 2ns);
    CHECK(served.state() == SessionState::kEstablished);
    served.server.run_to(kStart + 14s + kTick);
    CHECK(code_of(served.server, served.session) == TransportCode::kIdleTimeout);
  }
}

TEST_CASE("both sides take the smaller timeout [LIVE-2]") {
  for (const auto& [ours, theirs] : {std::pair(5s, 60s), std::pair(60s, 5s)}) {
    World world(1);
    Node& server = world.add_server(with(theirs));
    Node& client = world.add_client(with(ours));
    const SessionHandle session = world.connect(client, server);
    REQUIRE(world.run_until([&] { return server.saw(EventKind::kAccepted); }));
    CHECK(client.endpoint->info(session)->timeout == 5s);
    CHECK(server.endpoint->info(server.events[0].session)->timeout == 5s);
  }
}

TEST_CASE("only authenticated packets that are no copies are signs of life [LIVE-3]") {
  ServedClient served(server_config(), with(7s));
  const Buffer ping = served.client.packets().seal(frames(wire::PingFrame{}));
  served.server.give(kClientAddress, ping);
  served.server.run_to(kStart + 6s);
  Buffer forged = served.client.packets().seal(frames(wire::PingFrame{}));
  forged.back() ^= 1;
  served.server.give(kClientAddress, ping);
  served.server.give(kClientAddress, forged);
  served.server.give(kClientAddress, served.client.finished());
  CHECK(served.server->info(served.session)->last_activity == kStart);
  // Sending is no sign of the peer's life either.
  const auto stream = served.server->open_stream(served.session, {});
  REQUIRE(stream);
  REQUIRE(served.server->send(served.session, *stream, as_bytes("anybody there?")));
  served.server.run_to(kStart + 7s + kTick);
  CHECK(code_of(served.server, served.session) == TransportCode::kIdleTimeout);
}

TEST_CASE("heartbeats keep a session alive as long as both sides live") {
  World world(2);
  Node& server = world.add_server(with(30s));
  Node& client = world.add_client();
  const SessionHandle session = world.connect(client, server);
  world.run_for(1h);
  CHECK(client.endpoint->info(session)->state == SessionState::kEstablished);
  CHECK(server.endpoint->session_count() == 1);
  const auto answered = client.endpoint->info(session)->heartbeats_answered;
  CHECK(answered > 600);
  CHECK(answered < 730);
  CHECK(client.endpoint->info(session)->heartbeat_rtt >= 20ms);
  CHECK(client.count(EventKind::kHeartbeatSent) >= answered);
  CHECK(server.count(EventKind::kHeartbeatSent) == 0);
}

TEST_CASE("a dead peer is found out 20 s after its last packet [LIVE-5]") {
  ServingRaw serving;
  serving.say(frames(wire::HandshakeDoneFrame{}));
  serving.client.run_to(kStart + 20s - 1ns);
  CHECK(serving.client.count(EventKind::kClosed) == 0);
  CHECK(serving.client.count(EventKind::kHeartbeatSent) == 3);
  const SentList last = serving.client.run_to(kStart + 20s + 4 * kTick);  // one for each timer
  CHECK(code_of(serving.client, serving.session) == TransportCode::kHeartbeatTimeout);
  CHECK(ServedClient::close_code(opened(serving.server.packets(), last)) ==
        TransportCode::kHeartbeatTimeout);
}

TEST_CASE("a ping is answered with its sequence, a pong with nothing [LIVE-4]") {
  ServedClient served;
  for (const std::uint64_t sequence : {std::uint64_t{0}, std::uint64_t{77}, wire::kVarintMax}) {
    const auto answer = served.say(frames(wire::HeartbeatFrame{sequence, false}));
    REQUIRE(answer.size() == 1);
    const auto pong = find_frame<wire::HeartbeatFrame>(answer[0]);
    REQUIRE(pong);
    CHECK(pong->sequence == sequence);
    CHECK(pong->is_response);
  }
  CHECK(served.say(frames(wire::HeartbeatFrame{1, true})).empty());
  served.server.give(kClientAddress,
                     served.client.packets().seal(frames(wire::HeartbeatFrame{1, false})));
  const auto last = served.say(frames(wire::HeartbeatFrame{2, false}));
  CHECK(count_frames<wire::HeartbeatFrame>(last) == 1);
  CHECK(find_frame<wire::HeartbeatFrame>(last.at(0))->sequence == 2);
}

TEST_CASE("heartbeats pass a full congestion window and are not sent again [LIVE-6]") {
  ServingRaw serving;
  serving.say(frames(wire::HandshakeDoneFrame{}));
  const auto stream = serving.client->open_stream(serving.session, {}).value();
  const Buffer much(200000, 0x11);
  REQUIRE(serving.client->send(serving.session, stream, much));
  serving.client.turn();
  const auto before = *serving.client->info(serving.session);
  REQUIRE(before.congestion_window - before.bytes_in_flight < 1200);
  CHECK(serving.client.turn().empty());
  const auto pong = serving.say(frames(wire::HeartbeatFrame{5, false}));
  REQUIRE(pong.size() == 1);
  CHECK(find_frame<wire::HeartbeatFrame>(pong[0])->sequence == 5);
  REQUIRE(serving.client->ping(serving.client.now, serving.session));
  const auto ping = opened(serving.server.packets(), serving.client.turn());
  REQUIRE(ping.size() == 1);
  CHECK(find_frame<wire::HeartbeatFrame>(ping[0])->sequence == 1);
  CHECK(serving.client->info(serving.session)->bytes_in_flight == before.bytes_in_flight);
  // Lost or not, sequence 1 is never repeated.
  for (const Buffer& payload : opened(serving.server.packets(), serving.client.run_for(4s))) {
    CHECK_FALSE(find_frame<wire::HeartbeatFrame>(payload));
  }
}

TEST_CASE("neither PADDING nor a heartbeat asks for an acknowledgement [ACK-3, LIVE-6]") {
  ServedClient served;
  served.server.run_for(1s);
  CHECK(served.say(frames(wire::PaddingFrame{10})).empty());
  CHECK(count_frames<wire::AckFrame>(
            opened(served.client.packets(), served.server.run_for(50ms))) == 0);
}

TEST_CASE("a ping by hand tells the round trip") {
  World world(3);
  Node& server = world.add_server();
  Node& client = world.add_client();
  const SessionHandle session = world.connect(client, server);
  REQUIRE(world.run_until([&] { return server.saw(EventKind::kAccepted); }));
  REQUIRE(client.endpoint->ping(world.now(), session));
  REQUIRE(world.run_until([&] { return client.endpoint->info(session)->heartbeats_answered == 1; },
                          1s));
  CHECK(client.endpoint->info(session)->heartbeat_rtt == 20ms);
  REQUIRE(client.count(EventKind::kHeartbeatSent) == 1);
}
