// SPDX-License-Identifier: MIT
//
// The story of a session whose network disappears in the middle of a transfer and comes back: just
// in time, when nothing may be lost, or just too late, when both sides have to know it.
#include <catch2/catch.hpp>

#include "sim/apps.h"

using namespace jetstream;
using namespace jetstream::testing;
using namespace std::chrono_literals;

namespace {

constexpr Duration kDelay = 10ms;
/// How late a timer may be, and how late an expiry may be told.
constexpr Duration kTick = 256us;
constexpr Duration kIdleTick = 1s;

ClientPlan transfer(std::size_t bytes) {
  ClientPlan plan;
  plan.streams.push_back({.options = {.service = "echo"},
                          .messages = {std::string(kPlaintextMarker) + std::string(bytes, 'x')}});
  return plan;
}

/// A transfer that is interrupted when a part of it has come back.
struct Interrupted {
  explicit Interrupted(EndpointConfig config = {})
      : server(world.add_server(config)),
        echo(server),
        node(world.add_client(config)),
        client(world, node, server, transfer(2000000)) {
    REQUIRE(world.run_until([&] { return received() > 100000; }, 5s));
    accepted = server.events.at(0).session;
    session = node.events.at(0).session;
    world.network.link.loss = 1;
    world.run_for(1s);  // what was under way has arrived or is lost
    CHECK_FALSE(client.closed());
  }

  std::uint64_t received() const {
    return node.events.empty() ? 0 : node.endpoint->info(node.events[0].session)->bytes_received;
  }
  Instant last_heard(Node& by, SessionHandle handle) {
    return by.endpoint->info(handle)->last_activity;
  }
  /// When the first of the two sides will have heard nothing for 30 s.
  Instant first_end() {
    return std::min(last_heard(server, accepted), last_heard(node, session)) + 30s;
  }
  void both_ping() {
    REQUIRE(node.endpoint->ping(world.now(), session));
    REQUIRE(server.endpoint->ping(world.now(), accepted));
  }
  bool anybody_closed() const { return client.closed() || server.saw(EventKind::kClosed); }
  void heal() { world.network.link.loss = 0; }
  bool finishes() {
    world.run_until([&] { return client.closed(); }, 120s);
    return client.done() && client.failure().empty() &&
           client.close_info()->reason == CloseReason::kNormal;
  }
  /// Both sides have ended it, each by itself, and remember nothing.
  void check_over(TransportCode code) {
    CHECK(client.closed());
    CHECK_FALSE(client.done());
    CHECK(client.close_info()->code == code);
    CHECK(client.close_info()->reason == CloseReason::kTimeout);
    CHECK(server.saw(EventKind::kClosed));
    world.run_for(60s);
    CHECK(server.endpoint->record_count() == 0);
    CHECK(node.endpoint->record_count() == 0);
  }

  World world{17};
  Node& server;
  EchoServer echo;
  Node& node;
  EchoClient client;
  SessionHandle accepted, session;
};

EndpointConfig patient() {
  EndpointConfig config;
  config.session.heartbeat_timeout_count = 0;  // only the timeout of 30 s counts
  config.session.heartbeat_enabled = false;
  return config;
}

}  // namespace

TEST_CASE("blackhole_then_heal: a packet 1 ns before the timeout saves the session [LIVE-1]") {
  Interrupted story(patient());
  story.world.run_for(story.first_end() - kDelay - 1ns - story.world.now());
  story.heal();
  story.both_ping();
  CHECK(story.finishes());
}

TEST_CASE("blackhole_then_heal: a packet at the timeout comes too late [LIVE-1]") {
  Interrupted story(patient());
  story.world.run_for(story.first_end() - kDelay - story.world.now());
  story.heal();
  story.both_ping();
  story.world.run_for(kDelay - 1ns);
  CHECK_FALSE(story.anybody_closed());
  story.world.run_for(1ns + kIdleTick);
  CHECK(story.anybody_closed());
  // The network is whole again, so the other side hears at once that it is over.
  story.world.run_for(kDelay);
  story.check_over(TransportCode::kIdleTimeout);
}

TEST_CASE("blackhole_then_heal: without a heal both sides time out by themselves [LIVE-1]") {
  Interrupted story(patient());
  const Instant servers = story.last_heard(story.server, story.accepted) + 30s;
  const Instant clients = story.last_heard(story.node, story.session) + 30s;
  story.world.run_for(std::min(servers, clients) - 1ns - story.world.now());
  CHECK_FALSE(story.server.saw(EventKind::kClosed));
  CHECK_FALSE(story.client.closed());
  story.world.run_for(std::max(servers, clients) + kIdleTick - story.world.now());
  story.check_over(TransportCode::kIdleTimeout);

  SECTION("and the next session works once the network does") {
    story.heal();
    EchoClient next(story.world, story.node, story.server, transfer(1000));
    CHECK(story.world.run_until([&] { return next.closed(); }));
    CHECK(next.done());
  }
}

TEST_CASE("blackhole_then_heal: with heartbeats, 20 s of silence are the end [LIVE-5]") {
  for (const bool in_time : {true, false}) {
    Interrupted story;
    const Instant heard = story.last_heard(story.node, story.session);
    // The last of three pings leaves after 15 s; nothing but a lucky probe leaves after that.
    story.world.run_for(heard + 15s - 1ms - story.world.now());
    if (in_time) {
      story.heal();
      CHECK(story.finishes());
      continue;
    }
    story.world.run_for(heard + 20s - 1ns - story.world.now());
    CHECK_FALSE(story.client.closed());
    story.world.run_for(4 * kTick);
    REQUIRE(story.client.closed());
    CHECK(story.client.close_info()->code == TransportCode::kHeartbeatTimeout);
    story.world.run_for(30s);
    CHECK(story.server.saw(EventKind::kClosed));
  }
}
