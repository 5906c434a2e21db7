// SPDX-License-Identifier: MIT
//
// From the server's flight to a session that both sides know of, with losses in between.
#include <catch2/catch.hpp>

#include "unit/endpoint/lone_endpoint.h"

using namespace jetstream;
using namespace jetstream::testing;
using namespace std::chrono_literals;

namespace {

/// A server with half a handshake, and its client, which has the flight.
struct HalfServed {
  explicit HalfServed(ServerConfig config = server_config(), std::optional<Identity> identity = {})
      : server(std::move(config)), client(kStart, server_trust(), std::move(identity)) {
    REQUIRE(client.take_flight(server.exchange(kClientAddress, client.hello()).at(0).bytes));
  }
  std::vector<Buffer> finish(Bytes behind = {}) {
    return opened(client.packets(),
                  server.exchange(kClientAddress, joined(client.finished(), behind)));
  }
  LoneEndpoint server;
  RawClient client;
};

Buffer opening(StreamId stream, std::string_view text) {
  return frames(wire::OpenFrame{.stream = stream,
                                .service = "echo",
                                .urgency = 3,
                                .weight = 16,
                                .framing = Framing::kBytes},
                wire::StreamFrame{.stream = stream, .offset = 0, .data = as_bytes(text)});
}

}  // namespace

TEST_CASE("ClientFinished counts only from the address of the hello [HS-22]") {
  HalfServed half;
  CHECK(half.server.exchange(kOtherAddress, half.client.finished()).empty());
  CHECK(half.server->session_count() == 0);
  CHECK(half.server->record_count() == 1);
  half.finish();
  CHECK(half.server->session_count() == 1);
  CHECK(half.server->stats().handshakes_completed == 1);
}

TEST_CASE("a wrong ClientFinished takes its whole datagram with it [HS-22]") {
  HalfServed half;
  Buffer wrong = half.client.finished();
  wrong.back() ^= 1;
  const Buffer data = half.client.packets().seal(opening(StreamId(1), "x"));
  CHECK(half.server.exchange(kClientAddress, joined(wrong, data)).empty());
  CHECK(half.server->session_count() == 0);
  half.finish(data);
  REQUIRE(half.server->session_count() == 1);
  CHECK(half.server.count(EventKind::kStreamOpened) == 1);
}

TEST_CASE("Finished and data in one datagram are a session with data") {
  HalfServed half;
  const auto answer = half.finish(half.client.packets().seal(opening(StreamId(1), "hello")));
  REQUIRE(half.server.events.size() >= 3);
  CHECK(half.server.events[0].kind == EventKind::kAccepted);
  CHECK(half.server.events[1].kind == EventKind::kStreamOpened);
  const SessionHandle session = half.server.events[0].session;
  CHECK(as_text(half.server->read(session, StreamId(1))->data) == "hello");
  CHECK(count_frames<wire::HandshakeDoneFrame>(answer) == 1);
}

TEST_CASE("1-RTT before Finished is neither handled, nor kept, nor acknowledged [HS-12, ACK-4]") {
  HalfServed half;
  const Buffer early = half.client.packets().seal(opening(StreamId(1), "early"));
  CHECK(half.server.exchange(kClientAddress, early).empty());
  CHECK(half.server.drops(DropReason::kUnexpected) == 1);
  half.finish();
  CHECK(half.server.count(EventKind::kStreamOpened) == 0);
  const Buffer ping = half.client.packets().seal(frames(wire::PingFrame{}));
  auto sent = opened(half.client.packets(), half.server.exchange(kClientAddress, ping));
  for (Buffer& payload : opened(half.client.packets(), half.server.run_for(1s))) {
    sent.push_back(std::move(payload));
  }
  REQUIRE(count_frames<wire::AckFrame>(sent) >= 1);
  for (const Buffer& payload : sent) {
    const auto ack = find_frame<wire::AckFrame>(payload);
    if (!ack) continue;
    for (const wire::AckRange& range : ack->ranges()) CHECK(range.smallest > 0);
  }
  // It comes again and is taken then.
  half.server.exchange(kClientAddress, early);
  CHECK(half.server.count(EventKind::kStreamOpened) == 1);
}

TEST_CASE("copies of the Finished do nothing, but the packet behind them is read") {
  ServedClient served;
  CHECK(served.server->session_count() == 1);
  for (int copy = 0; copy < 3; ++copy) {
    served.server.give(kClientAddress, served.client.finished());
  }
  CHECK(served.server->session_count() == 1);
  CHECK(served.server->stats().handshakes_completed == 1);
  served.server.exchange(
      kClientAddress,
      joined(served.client.finished(), served.client.packets().seal(opening(StreamId(1), "x"))));
  CHECK(served.server.count(EventKind::kStreamOpened) == 1);
}

TEST_CASE("HANDSHAKE_DONE goes out at once and again until it is acknowledged [HS-24]") {
  ServedClient served;
  REQUIRE(count_frames<wire::HandshakeDoneFrame>(served.first) == 1);
  // Packet 0 had it. Later ones are acknowledged, it is not: so it is lost, and comes again.
  served.server.run_for(5s);
  const auto sent = served.server->info(served.session)->packets_sent;
  REQUIRE(sent >= 4);
  const auto again = served.say(ack_of(1, sent - 1));
  CHECK(count_frames<wire::HandshakeDoneFrame>(again) == 1);
  const auto last = served.server->info(served.session)->packets_sent - 1;
  served.say(ack_of(1, last));
  CHECK(count_frames<wire::HandshakeDoneFrame>(
            opened(served.client.packets(), served.server.run_for(5s))) == 0);
}

TEST_CASE("the client's Finished leads every datagram until HANDSHAKE_DONE or an ACK [HS-19]") {
  for (const bool with_done : {true, false}) {
    ServingRaw serving;
    REQUIRE(serving.established);
    const auto stream = serving.client->open_stream(serving.session, {.service = "echo"});
    REQUIRE(stream);
    const Buffer much(5000, 0x55);
    REQUIRE(serving.client->send(serving.session, *stream, much));
    const SentList before = serving.client.turn();
    REQUIRE(before.size() >= 4);
    for (const Sent& datagram : before) CHECK(leads_with_handshake(datagram));
    // Neither PADDING nor a heartbeat confirms anything.
    serving.say(frames(wire::PaddingFrame{4}, wire::HeartbeatFrame{1, false}));
    CHECK(serving.client->send(serving.session, *stream, much));
    for (const Sent& datagram : serving.client.turn()) CHECK(leads_with_handshake(datagram));

    const Buffer confirmation = with_done ? frames(wire::HandshakeDoneFrame{}) : ack_of(0, 0);
    serving.client.exchange(kServerAddress, serving.server.packets().seal(confirmation));
    REQUIRE(serving.client->ping(serving.client.now, serving.session));
    const SentList after = serving.client.turn();
    REQUIRE(after.size() >= 1);
    for (const Sent& datagram : after) CHECK_FALSE(leads_with_handshake(datagram));
  }
}

TEST_CASE("until the server answers, the client repeats its Finished each PTO, doubling [HS-20]") {
  ServingRaw serving;
  REQUIRE(serving.established);
  // No time passed in the handshake, so the round trip is (almost) 0 and PTO about 26 ms.
  std::vector<Instant> times = {serving.client.now};
  for (const Sent& datagram : serving.client.run_for(4s)) {
    CHECK(leads_with_handshake(datagram));
    if (datagram.at > times.back()) times.push_back(datagram.at);
  }
  REQUIRE(times.size() >= 6);
  for (std::size_t i = 2; i < times.size(); ++i) {
    const auto ratio = static_cast<double>((times[i] - times[i - 1]).count()) /
                       static_cast<double>((times[i - 1] - times[i - 2]).count());
    CHECK(ratio > 1.8);
    CHECK(ratio < 2.2);
  }
}

TEST_CASE("a lost Finished is made good by the client alone") {
  LoneEndpoint server(server_config());
  LoneEndpoint client({}, {}, 22);
  const ConnectOptions options{
      .remote = kServerAddress, .trust = server_trust(), .identity = {}, .session = {}};
  REQUIRE(client->connect(client.now, options));
  const SentList flight = server.exchange(kClientAddress, client.turn().at(0).bytes);
  CHECK(client.exchange(kServerAddress, flight.at(0).bytes).size() == 1);  // and that one is lost
  CHECK(server.run_for(100ms).empty());
  const SentList again = client.run_for(100ms);
  REQUIRE_FALSE(again.empty());
  server.exchange(kClientAddress, again.back().bytes);
  CHECK(server->session_count() == 1);
}

TEST_CASE("who a client is: required, missing, unknown, known [HS-23, HS-18]") {
  ServerConfig config = server_config();
  config.client_auth = ClientAuth::kRequired;
  config.authorized_clients = {identity_of_seed(50).public_key()};
  const auto try_with = [&](std::optional<Identity> identity, CloseInfo& why) {
    World world(3);
    Node& server = world.add_server({}, &config);
    Node& client = world.add_client();
    ConnectOptions options{.remote = server.address,
                           .trust = server_trust(),
                           .identity = std::move(identity),
                           .session = {}};
    const SessionHandle session = client.endpoint->connect(world.now(), options).value();
    // The client believes in the session before the server has said no.
    world.run_until([&] { return client.saw(EventKind::kClosed); }, 5s);
    if (const CloseInfo* info = client.endpoint->close_info(session)) why = *info;
    if (server.endpoint->session_count() == 0) return false;
    CHECK(server.endpoint->info(server.events.at(0).session)->peer_identity ==
          identity_of_seed(50).public_key());
    return true;
  };
  CloseInfo why;
  SECTION("known") {
    CHECK(try_with(identity_of_seed(50), why));
    CHECK(why.code == TransportCode::kNoError);
  }
  SECTION("unknown: the server says so") {
    CHECK_FALSE(try_with(identity_of_seed(51), why));
    CHECK(why.code == TransportCode::kClientIdentityRefused);
    CHECK(why.by_peer);
  }
  SECTION("missing: the client does not even try") {
    CHECK_FALSE(try_with({}, why));
    CHECK(why.code == TransportCode::kClientIdentityRequired);
    CHECK_FALSE(why.by_peer);
  }
}

TEST_CASE("a server that asks for nobody's identity gets none [HS-18, HS-22]") {
  ServedClient served(server_config(), {}, identity_of_seed(50));
  REQUIRE(served.server->session_count() == 1);
  CHECK_FALSE(served.server->info(served.session)->peer_identity);
}

TEST_CASE("an untrusted server is told, and the client sees its key [HS-16]") {
  LoneEndpoint server(server_config());
  LoneEndpoint client;
  const ConnectOptions options{
      .remote = kServerAddress, .trust = Trust::pins({}), .identity = {}, .session = {}};
  const SessionHandle session = client->connect(client.now, options).value();
  const SentList flight = server.exchange(kClientAddress, client.turn().at(0).bytes);
  const SentList told = client.exchange(kServerAddress, flight.at(0).bytes);
  CHECK(client.count(EventKind::kConnected) == 0);
  CHECK(client.count(EventKind::kClosed) == 1);
  CHECK(client->close_info(session)->local == LocalCode::kUntrustedIdentity);
  CHECK(client->info(session)->peer_identity == identity_of_seed(1).public_key());
  CHECK_FALSE(client->open_stream(session, {}));
  REQUIRE(told.size() == 1);
  CHECK(server->record_count() == 1);
  server.exchange(kClientAddress, told[0].bytes);
  CHECK(server->record_count() == 0);  // Close makes it forget the handshake
  CHECK(server->session_count() == 0);
}

TEST_CASE("a refusal that comes after the client was sure of its session ends it [HS-21]") {
  ServingRaw serving;
  REQUIRE(serving.established);
  REQUIRE(serving.client.count(EventKind::kConnected) == 1);
  auto refusal = session::refuse_client(serving.server.half_open(), serving.server.cipher(),
                                        {TransportCode::kServerFull, "full"});
  const Bytes packet = Bytes(refusal.packet).first(refusal.packet_size);

  SECTION("before it is confirmed") {
    CHECK(serving.client.exchange(kServerAddress, packet).empty());
    CHECK(serving.client.count(EventKind::kClosed) == 1);
    CHECK(serving.client->close_info(serving.session)->code == TransportCode::kServerFull);
    CHECK(serving.client->info(serving.session)->state == SessionState::kDraining);
  }
  SECTION("not afterwards") {
    serving.say(frames(wire::HandshakeDoneFrame{}));
    serving.client.exchange(kServerAddress, packet);
    CHECK(serving.client.count(EventKind::kClosed) == 0);
  }
  SECTION("and not if anything in it is wrong") {
    for (std::size_t bit = 0; bit < packet.size() * 8; ++bit) {
      Buffer forged(packet.begin(), packet.end());
      forged[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
      serving.client.give(kServerAddress, forged);
    }
    serving.client.turn();
    CHECK(serving.client.count(EventKind::kClosed) == 0);
  }
}
