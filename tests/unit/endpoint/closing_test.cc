// SPDX-License-Identifier: MIT
//
// The end of a session: who says what, for how long it is remembered, and what still has effect.
#include <catch2/catch.hpp>

#include "unit/endpoint/lone_endpoint.h"

using namespace jetstream;
using namespace jetstream::testing;
using namespace std::chrono_literals;

namespace {

constexpr Duration kTick = 256us;

Buffer close_frame(std::string_view message = "bye", std::uint64_t code = 0) {
  wire::CloseFrame close{};
  close.error_code = code;
  close.message = message;
  return frames(close);
}

Buffer ping() { return frames(wire::PingFrame{}); }

}  // namespace

TEST_CASE("CLOSE leaves at once and nothing but CLOSE leaves after it [CLOSE-1, CLOSE-2]") {
  ServedClient served;
  const auto stream = served.server->open_stream(served.session, {}).value();
  REQUIRE(served.server->send(served.session, stream, as_bytes("unsent")));
  REQUIRE(served.server->close(served.server.now, served.session, CloseReason::kNormal, "bye"));
  const auto sent = opened(served.client.packets(), served.server.turn());
  REQUIRE(sent.size() == 1);
  const auto close = find_frame<wire::CloseFrame>(sent[0]);
  REQUIRE(close);
  CHECK(close->reason == CloseReason::kNormal);
  CHECK(close->message == "bye");
  CHECK(sent[0].size() == wire::encoded_size(*close));
  CHECK_FALSE(served.server->send(served.session, stream, as_bytes("more")));
  CHECK(served.server->send(served.session, stream, as_bytes("more")).error().code ==
        LocalCode::kClosing);
  CHECK(served.server->open_stream(served.session, {}).error().code == LocalCode::kClosing);
  CHECK(served.server->ping(served.server.now, served.session).error().code == LocalCode::kClosing);

  // Data, acknowledgements and pings of the peer have no effect any more, but CLOSE is repeated.
  const auto answer =
      served.say(frames(wire::OpenFrame{.stream = StreamId(1), .service = "x", .weight = 1},
                        wire::HeartbeatFrame{1, false}));
  REQUIRE(answer.size() == 1);
  CHECK(find_frame<wire::CloseFrame>(answer[0]));
  CHECK_FALSE(find_frame<wire::HeartbeatFrame>(answer[0]));
  CHECK(served.server.count(EventKind::kStreamOpened) == 0);
  for (const Buffer& payload : opened(served.client.packets(), served.server.run_for(1h))) {
    CHECK(find_frame<wire::CloseFrame>(payload));
  }
}

TEST_CASE("CLOSE is repeated on the 1st, 2nd, 4th, 8th packet that authenticates [CLOSE-4]") {
  ServedClient served;
  REQUIRE(served.server->close(served.server.now, served.session, CloseReason::kNormal, ""));
  REQUIRE(served.server.turn().size() == 1);
  std::vector<int> repeated;
  for (int packet = 1; packet <= 20; ++packet) {
    const Buffer next = served.client.packets().seal(ping());
    if (!served.server.exchange(kClientAddress, next).empty()) repeated.push_back(packet);
    // Copies and forgeries do not count.
    Buffer forged = next;
    forged.back() ^= 1;
    CHECK(served.server.exchange(kClientAddress, next).empty());
    CHECK(served.server.exchange(kClientAddress, forged).empty());
    CHECK(served.server.exchange(kOtherAddress, served.client.packets().seal(ping())).empty());
  }
  CHECK(repeated == std::vector<int>{1, 2, 4, 8, 16});
}

TEST_CASE(
    "a session that is closed in silence sends nothing more, and then is unknown [CLOSE-10]") {
  ServedClient served;
  const auto stream = served.server->open_stream(served.session, {}).value();
  REQUIRE(served.server->send(served.session, stream, as_bytes("unsent")));
  CloseInfo why;
  why.code = TransportCode::kAdminClose;
  why.silent = true;
  REQUIRE(served.server->close(served.server.now, served.session, why));
  CHECK(served.server.turn().empty());
  CHECK(served.server.count(EventKind::kClosed) == 1);
  CHECK(served.server->session_count() == 0);
  CHECK(served.server->info(served.session).value().state == SessionState::kDraining);
  CHECK(served.server->close_info(served.session)->code == TransportCode::kAdminClose);
  CHECK(served.say(ping()).empty());
  CHECK(served.server.run_for(11s).empty());  // its record is gone now
  CHECK(served.server->record_count() == 0);
  const auto answer = served.server.exchange(
      kClientAddress, served.client.packets().seal(frames(wire::PingFrame{})));
  CHECK(served.server->stats().resets_sent == answer.size());
}

TEST_CASE("who has received CLOSE never sends again [CLOSE-3]") {
  ServedClient served;
  const auto stream = served.server->open_stream(served.session, {}).value();
  REQUIRE(served.server->send(served.session, stream, as_bytes("unsent")));
  CHECK(served.say(joined(close_frame(), ping())).empty());
  CHECK(served.state() == SessionState::kDraining);
  CHECK(served.say(ping()).empty());
  CHECK(served.say(close_frame()).empty());
  REQUIRE(served.server->close(served.server.now, served.session, CloseReason::kNormal, ""));
  CHECK(served.server.turn().empty());
  CHECK(served.server->close_info(served.session)->by_peer);
  CHECK(served.server->close_info(served.session)->message == "bye");
  CHECK(served.server.run_for(1h).empty());
}

TEST_CASE("frames behind CLOSE in its packet have no effect") {
  ServedClient served;
  const Buffer open = frames(wire::OpenFrame{.stream = StreamId(1), .service = "x", .weight = 1});
  served.say(joined(close_frame(), open));
  CHECK(served.server.count(EventKind::kStreamOpened) == 0);
  ServedClient other;
  other.say(joined(open, close_frame()));
  CHECK(other.server.count(EventKind::kStreamOpened) == 1);
}

TEST_CASE("a code of a later version is accepted [CLOSE-6]") {
  ServedClient served;
  served.say(close_frame("?", wire::kVarintMax));
  CHECK(served.state() == SessionState::kDraining);
  CHECK(served.server->close_info(served.session)->reason == CloseReason::kNormal);
}

TEST_CASE("a session is forgotten 3 PTO after its end, and nothing extends that [CLOSE-5]") {
  for (const bool by_peer : {false, true}) {
    ServedClient served;
    // No time passed, so the round trip is (almost) 0: PTO is its variance's floor of 1 ms and
    // 25 ms of max_ack_delay.
    const Duration pto = served.server->info(served.session)->smoothed_rtt + 1ms + 25ms;
    REQUIRE(pto < 27ms);
    if (by_peer) {
      served.say(close_frame());
    } else {
      REQUIRE(served.server->close(served.server.now, served.session, CloseReason::kNormal, ""));
    }
    served.server.turn();
    const auto busy_to = [&](Instant end) {
      while (served.server.now < end - 5ms) {
        served.server.run_for(5ms);
        served.say(ping());
      }
      served.server.run_to(end);
    };
    busy_to(kStart + 3 * pto - 1ms);
    CHECK(served.server->record_count() == 1);
    CHECK(served.server->close_info(served.session) != nullptr);
    busy_to(kStart + 3 * pto + 1ms);
    CHECK(served.server->record_count() == 0);
    CHECK(served.server->close_info(served.session) == nullptr);
    CHECK_FALSE(served.server->info(served.session));
  }
}

TEST_CASE("cleanup_interval bounds how long an ended session is remembered") {
  EndpointConfig config;
  config.cleanup_interval = 100ms;
  // Hellos repeated: no first sample of the round trip, so 3 PTO are 3 s.
  LoneEndpoint server(server_config(), config);
  RawClient client(kStart, server_trust(), {});
  const Buffer hello = client.hello();
  server.exchange(kClientAddress, hello);
  REQUIRE(client.take_flight(server.exchange(kClientAddress, hello).at(0).bytes));
  server.exchange(kClientAddress, client.finished());
  REQUIRE(server.events.size() == 1);
  const SessionHandle session = server.events[0].session;
  REQUIRE(server->close(server.now, session, CloseReason::kNormal, ""));
  server.run_to(kStart + 100ms - 1ns);
  CHECK(server->record_count() == 1);
  server.run_to(kStart + 100ms + kTick);
  CHECK(server->record_count() == 0);
}

TEST_CASE("a session counts until its end was told, its record until it is freed") {
  ServedClient served;
  CHECK(served.server->session_count() == 1);
  CHECK(served.server->record_count() == 1);
  REQUIRE(served.server->close(served.server.now, served.session, CloseReason::kNormal, ""));
  CHECK(served.server->session_count() == 1);
  served.server.turn();
  CHECK(served.server.count(EventKind::kClosed) == 1);
  CHECK(served.server->session_count() == 0);
  CHECK(served.server->record_count() == 1);
  served.server.run_for(1s);
  CHECK(served.server->record_count() == 0);
  CHECK(served.server.count(EventKind::kClosed) == 1);
}

TEST_CASE("both closing at once end at once and say nothing twice") {
  World world(1);
  Node& server = world.add_server();
  Node& client = world.add_client();
  const SessionHandle session = world.connect(client, server);
  REQUIRE(world.run_until([&] { return server.saw(EventKind::kAccepted); }));
  world.run_for(1s);
  const SessionHandle accepted = server.events[0].session;
  const auto datagrams = client.datagrams_sent + server.datagrams_sent;
  REQUIRE(client.endpoint->close(world.now(), session, CloseReason::kNormal, "client"));
  REQUIRE(server.endpoint->close(world.now(), accepted, CloseReason::kGoingAway, "server"));
  REQUIRE(world.run_until([&] {
    return client.endpoint->record_count() == 0 && server.endpoint->record_count() == 0;
  }));
  CHECK(client.datagrams_sent + server.datagrams_sent == datagrams + 2);
  CHECK(client.count(EventKind::kClosed) == 1);
  CHECK(server.count(EventKind::kClosed) == 1);
}

TEST_CASE("each side's own close is what it remembers when both close") {
  ServedClient served;
  REQUIRE(
      served.server->close(served.server.now, served.session, TransportCode::kAdminClose, "op"));
  served.server.turn();
  served.say(close_frame("too"));
  CHECK(served.state() == SessionState::kDraining);
  CHECK(served.server->close_info(served.session)->code == TransportCode::kAdminClose);
  CHECK_FALSE(served.server->close_info(served.session)->by_peer);
  CHECK(served.server.count(EventKind::kClosed) == 1);
}

TEST_CASE("a client that is not confirmed closes with its Finished in front [HS-19]") {
  ServingRaw serving;
  REQUIRE(serving.client->close(serving.client.now, serving.session, CloseReason::kNormal, "bye"));
  const SentList sent = serving.client.turn();
  REQUIRE(sent.size() == 1);
  CHECK(leads_with_handshake(sent[0]));
  CHECK(ServedClient::close_code(opened(serving.server.packets(), sent)) ==
        TransportCode::kNoError);
}

TEST_CASE("a server learns of a session that began and ended at once") {
  LoneEndpoint server(server_config());
  LoneEndpoint client({}, {}, 22);
  const ConnectOptions options{
      .remote = kServerAddress, .trust = server_trust(), .identity = {}, .session = {}};
  const SessionHandle session = client->connect(client.now, options).value();
  const SentList flight = server.exchange(kClientAddress, client.turn().at(0).bytes);
  client.give(kServerAddress, flight.at(0).bytes);
  REQUIRE(client->close(client.now, session, CloseReason::kNormal, "that was quick"));
  const SentList last = client.turn();
  REQUIRE(last.size() == 1);
  server.exchange(kClientAddress, last[0].bytes);
  REQUIRE(server.events.size() == 2);
  CHECK(server.events[0].kind == EventKind::kAccepted);
  CHECK(server.events[1].kind == EventKind::kClosed);
  CHECK(server->close_info(server.events[1].session)->message == "that was quick");
}

TEST_CASE("events of streams come before the session's end, and nothing after it") {
  ServedClient served;
  served.say(
      joined(frames(wire::OpenFrame{.stream = StreamId(1), .service = "x", .weight = 1},
                    wire::StreamFrame{.stream = StreamId(1), .data = as_bytes("last words")}),
             close_frame()));
  std::vector<EventKind> kinds;
  for (const Event& event : served.server.events) kinds.push_back(event.kind);
  CHECK(kinds == std::vector<EventKind>{EventKind::kAccepted, EventKind::kStreamOpened,
                                        EventKind::kReadable, EventKind::kClosed});
  // What had arrived may still be read.
  CHECK(as_text(served.server->read(served.session, StreamId(1))->data) == "last words");
  CHECK(served.server->consume(served.session, StreamId(1), 10));
}

TEST_CASE("a session closed long before the next turn still tells peer and application [CLOSE-1]") {
  ServingRaw peer;
  REQUIRE(peer.established);
  peer.client.turn();
  peer.client.events.clear();
  REQUIRE(peer.client->close(peer.client.now, peer.session, CloseReason::kNormal, "late"));
  peer.client.now += 5s;  // far beyond three probe timeouts
  CHECK(peer.client.turn().size() == 1);
  REQUIRE(peer.client.events.size() == 1);
  CHECK(peer.client.events[0].kind == EventKind::kClosed);
  peer.client.now += 1s;
  peer.client.turn();
  CHECK(peer.client->record_count() == 0);
}
