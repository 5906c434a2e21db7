// SPDX-License-Identifier: MIT
//
// A client whose server is silent, and connect() itself.
#include <catch2/catch.hpp>

#include "unit/endpoint/lone_endpoint.h"

using namespace jetstream;
using namespace jetstream::testing;
using namespace std::chrono_literals;

namespace {

/// How late a timer may be.
constexpr Duration kTick = 256us;

ConnectOptions options() {
  return {.remote = kServerAddress, .trust = server_trust(), .identity = {}, .session = {}};
}

}  // namespace

TEST_CASE(
    "the hello leaves at 0, 0.3, 0.9, 2.1 and 4.5 s, the same bytes to the same peer [HS-3]") {
  LoneEndpoint client;
  const SessionHandle session = client->connect(client.now, options()).value();
  const SentList sent = client.run_to(kStart + 60s);
  constexpr std::array<Duration, 5> kPlan = {0ms, 300ms, 900ms, 2100ms, 4500ms};
  REQUIRE(sent.size() == kPlan.size());
  for (std::size_t i = 0; i < kPlan.size(); ++i) {
    CHECK(sent[i].to == kServerAddress);
    CHECK(sent[i].bytes == sent[0].bytes);
    CHECK(sent[i].bytes.size() == 1200);
    CHECK(sent[i].at - kStart >= kPlan[i] * 9 / 10);
    CHECK(sent[i].at - kStart <= kPlan[i] * 11 / 10 + kTick);
  }
  CHECK(client.count(EventKind::kClosed) == 1);
  CHECK_FALSE(client->info(session));
}

TEST_CASE("a client gives up at handshake_timeout and not before [HS-4]") {
  for (const Duration timeout : {Duration(1s), Duration(10s), Duration(60s)}) {
    EndpointConfig config;
    config.handshake_timeout = timeout;
    LoneEndpoint client({}, config);
    const SessionHandle session = client->connect(client.now, options()).value();
    client.run_to(kStart + timeout - 1ns);
    CHECK(client.count(EventKind::kClosed) == 0);
    CHECK(client->info(session)->state == SessionState::kHandshaking);
    client.run_to(kStart + timeout + kTick);
    CHECK(client.count(EventKind::kClosed) == 1);
    REQUIRE(client->close_info(session) != nullptr);
    CHECK(client->close_info(session)->reason == CloseReason::kTimeout);
    CHECK(client->close_info(session)->local == LocalCode::kHandshakeTimeout);
    CHECK(client->stats().handshakes_failed == 1);
  }
}

TEST_CASE("an answer is good until handshake_timeout and no longer [HS-4]") {
  for (const bool late : {false, true}) {
    RawServer server;
    LoneEndpoint client;
    ConnectOptions to = options();
    to.trust = server.trust();
    REQUIRE(client->connect(client.now, to));
    const Buffer flight = server.flight(client.now, client.turn().at(0).bytes);
    client.run_to(kStart + 10s - 1ns);
    if (late) client.now = kStart + 10s;
    client.exchange(kServerAddress, flight);
    CHECK(client.count(EventKind::kConnected) == (late ? 0 : 1));
  }
}

TEST_CASE("nobody connects without saying whom to trust [HS-17]") {
  LoneEndpoint client;
  ConnectOptions nobody = options();
  nobody.trust = Trust();
  const auto refused = client->connect(client.now, nobody);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == LocalCode::kNoTrust);
  CHECK(client->record_count() == 0);
  CHECK(client.turn().empty());
  nobody.trust = Trust::insecure_accept_any();
  CHECK(client->connect(client.now, nobody));
}

TEST_CASE("connect refuses what is out of range") {
  LoneEndpoint client;
  ConnectOptions wrong = options();
  wrong.session = SessionConfig{};
  wrong.session->max_streams = 0;
  CHECK(client->connect(client.now, wrong).error().code == LocalCode::kInvalidArgument);
  CHECK(client->record_count() == 0);
}

TEST_CASE("Version Negotiation ends an attempt only if no answer comes [HS-26]") {
  const auto negotiation = [](const Sent& hello) {
    Buffer datagram(wire::kLongHeaderSize + 4);
    base::ByteWriter writer(datagram);
    ConnectionId destination, source;
    std::copy_n(hello.bytes.begin() + 1, 8, source.bytes.begin());
    std::copy_n(hello.bytes.begin() + 13, 8, destination.bytes.begin());
    wire::write_long_header(writer, wire::PacketType::kVersionNegotiation, destination, source, 4);
    writer.write_u32(0x0a0a0a0a);
    return datagram;
  };
  RawServer server;
  LoneEndpoint client;
  ConnectOptions to = options();
  to.trust = server.trust();
  const SessionHandle session = client->connect(client.now, to).value();
  const Sent hello = client.turn().at(0);

  SECTION("none comes") {
    CHECK(client.exchange(kServerAddress, negotiation(hello)).empty());
    CHECK(client.run_for(1s).empty());
    CHECK(client->close_info(session)->code == TransportCode::kHandshakeFailed);
  }
  SECTION("an answer comes") {
    client.exchange(kServerAddress, negotiation(hello));
    client.exchange(kServerAddress, server.flight(client.now, hello.bytes));
    CHECK(client.count(EventKind::kConnected) == 1);
    client.exchange(kServerAddress, negotiation(hello));
    client.run_for(1s);
    CHECK(client.count(EventKind::kClosed) == 0);
  }
}

TEST_CASE("who closes before the hello has left sends none") {
  LoneEndpoint client;
  const SessionHandle session = client->connect(client.now, options()).value();
  REQUIRE(client->close(client.now, session, CloseReason::kNormal, "never mind"));
  CHECK(client.turn().empty());
  CHECK(client.count(EventKind::kClosed) == 1);
  CHECK(client->close_info(session)->message == "never mind");
  CHECK(client.run_for(60s).empty());
  CHECK(client->record_count() == 0);
}

TEST_CASE("who closes while waiting sends nothing more and takes no answer") {
  RawServer server;
  LoneEndpoint client;
  ConnectOptions to = options();
  to.trust = server.trust();
  const SessionHandle session = client->connect(client.now, to).value();
  const Buffer flight = server.flight(client.now, client.turn().at(0).bytes);
  REQUIRE(client->close(client.now, session, TransportCode::kGoingAway, "later"));
  CHECK(client.turn().empty());
  CHECK(client.exchange(kServerAddress, flight).empty());
  CHECK(client.run_for(60s).empty());
  CHECK(client.count(EventKind::kConnected) == 0);
  CHECK(client.count(EventKind::kClosed) == 1);
}
