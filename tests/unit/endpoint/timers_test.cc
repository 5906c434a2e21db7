// SPDX-License-Identifier: MIT
//
// The two tiers of timers: what is precise, what may be late and how late, and what idle costs.
#include <catch2/catch.hpp>

#include "unit/endpoint/lone_endpoint.h"

using namespace jetstream;
using namespace jetstream::testing;
using namespace std::chrono_literals;

namespace {

constexpr Duration kTick = 256us;

EndpointConfig silent(Duration timeout) {
  EndpointConfig config;
  config.session.timeout = timeout;
  config.session.heartbeat_enabled = false;
  return config;
}

/// How often a driver would have called handle_timeout() up to `end`.
std::size_t wake_ups_until(LoneEndpoint& endpoint, Instant end) {
  std::size_t count = 0;
  endpoint.turn();
  while (endpoint->poll_timeout() < end) {
    endpoint.now = std::max(endpoint.now + Duration(1), endpoint->poll_timeout());
    endpoint.turn();
    ++count;
  }
  endpoint.now = end;
  return count;
}

}  // namespace

TEST_CASE("a session expires to the nanosecond and is reported on the next whole second [LIVE-1]") {
  ServedClient served(server_config(), silent(7s));
  served.server.run_to(kStart + 300ms);
  served.say(frames(wire::PaddingFrame{1}));
  const Instant expires = kStart + 7s + 300ms;
  served.server.run_to(expires - 1ns);
  CHECK_FALSE(served.server->info(served.session)->is_expired(expires - 1ns));
  CHECK(served.server->info(served.session)->is_expired(expires));
  served.server.run_to(expires);
  CHECK(served.say(frames(wire::PingFrame{})).empty());  // revives nothing
  CHECK(served.server.drops(DropReason::kUnexpected) == 1);
  served.server.run_to(kStart + 8s - 1ns);
  CHECK(served.server.count(EventKind::kClosed) == 0);
  const SentList last = served.server.run_to(kStart + 8s);
  CHECK(served.server.count(EventKind::kClosed) == 1);
  CHECK(ServedClient::close_code(opened(served.client.packets(), last)) ==
        TransportCode::kIdleTimeout);
  CHECK_FALSE(served.server->info(served.session)->is_expired(kStart + 8s));  // it is closed
}

TEST_CASE("a peer that speaks up after its session was closed by expiry is told so [CLOSE-4]") {
  ServedClient served(server_config(), silent(7s));
  served.server.run_to(kStart + 7s);
  REQUIRE(served.server.count(EventKind::kClosed) == 1);
  CHECK(ServedClient::close_code(served.say(frames(wire::PingFrame{}))) ==
        TransportCode::kIdleTimeout);
}

TEST_CASE("what is received moves no timer of an idle session") {
  ServedClient served(server_config(), silent(30s));
  served.say(ack_of(0, served.server->info(served.session)->packets_sent - 1));
  served.server.run_to(kStart + 10s);
  const Instant armed = served.server->poll_timeout();
  for (int i = 0; i < 100; ++i) {
    served.server.now += 1ms;
    served.say(frames(wire::PaddingFrame{1}));  // authenticated, asks for nothing
  }
  CHECK(served.server->info(served.session)->last_activity == served.server.now);
  // Only the look that gives memory back may have been added.
  CHECK(served.server->poll_timeout() > served.server.now + 1s);
  CHECK(served.server->poll_timeout() <= armed);
}

TEST_CASE("an idle session wakes its endpoint no more than a few times before it expires") {
  ServedClient served(server_config(), silent(30s));
  served.say(ack_of(0, served.server->info(served.session)->packets_sent - 1));
  CHECK(wake_ups_until(served.server, kStart + 30s) <= 3);
  CHECK(served.state() == SessionState::kEstablished);
  CHECK(wake_ups_until(served.server, kStart + 31s) <= 3);
  CHECK(served.server->record_count() == 0);
}

TEST_CASE("sessions that expire in the same second share one wake-up") {
  LoneEndpoint server(server_config(), silent(7s));
  constexpr std::size_t kSessions = 200;
  for (std::size_t i = 0; i < kSessions; ++i) {
    RawClient client(kStart, server_trust(), {}, 100 + i);
    const auto address = PeerAddress::v4({198, 51, 100, 2}, static_cast<std::uint16_t>(20000 + i));
    const SentList flight = server.exchange(address, client.hello());
    REQUIRE(client.take_flight(flight.at(0).bytes));
    server.exchange(address, client.finished());
    server.give(address, client.packets().seal(ack_of(0, 0)));
  }
  REQUIRE(server->session_count() == kSessions);
  server.run_to(kStart + 6s);
  CHECK(server.count(EventKind::kClosed) == 0);
  CHECK(wake_ups_until(server, kStart + 7s) == 0);
  server.turn();
  CHECK(server.count(EventKind::kClosed) == kSessions);
  CHECK(server->stats().sessions_expired == kSessions);
  server.run_for(5s);
  CHECK(server->record_count() == 0);
  CHECK(server->poll_timeout() == kNever);
}

TEST_CASE("a dead peer is detected after interval x (count + 1), whatever these are [LIVE-5]") {
  using Case = std::pair<Duration, std::uint32_t>;
  for (const auto& [interval, count] :
       {Case(100ms, 1), Case(100ms, 100), Case(1s, 10), Case(2s, 3), Case(5s, 3), Case(10s, 1)}) {
    EndpointConfig config;
    config.session.heartbeat_interval = interval;
    config.session.heartbeat_timeout_count = count;
    ServingRaw serving(config);
    serving.say(frames(wire::HandshakeDoneFrame{}));
    const Instant detected = kStart + interval * (count + 1);
    serving.client.run_to(detected - 1ns);
    CHECK(serving.client.count(EventKind::kClosed) == 0);
    serving.client.run_to(detected + (count + 1) * kTick);
    CHECK(serving.client.count(EventKind::kClosed) == 1);
    CHECK(serving.client.count(EventKind::kHeartbeatSent) == count);
  }
}

TEST_CASE("a flood of pings is answered once a round trip [LIVE-7]") {
  constexpr Duration kRtt = 50ms;
  LoneEndpoint server(server_config(), silent(30s));
  RawClient client(kStart, server_trust(), {});
  REQUIRE(client.take_flight(server.exchange(kClientAddress, client.hello()).at(0).bytes));
  server.now += kRtt;
  server.exchange(kClientAddress, client.finished());
  REQUIRE(server->info(server.events.at(0).session)->smoothed_rtt == kRtt);
  std::size_t pongs = 0;
  constexpr std::size_t kPings = 10'000;
  for (std::size_t i = 0; i < kPings; ++i) {
    server.now += 100us;
    const Buffer ping = client.packets().seal(frames(wire::HeartbeatFrame{i, false}));
    for (const Buffer& payload : opened(client.packets(), server.exchange(kClientAddress, ping))) {
      pongs += find_frame<wire::HeartbeatFrame>(payload) ? 1 : 0;
    }
  }
  // One second of it.
  CHECK(pongs >= 19);
  CHECK(pongs <= 20);
}
