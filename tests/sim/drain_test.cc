// SPDX-License-Identifier: MIT
//
// Stories of sessions that are left: in order or not, by either side or by both, on networks of any
// kind. What a drain has taken over arrives, and nobody keeps talking when both have closed.
#include <catch2/catch.hpp>
#include <deque>
#include <map>

#include "sim/apps.h"

using namespace jetstream;
using namespace jetstream::testing;
using namespace std::chrono_literals;

namespace {

/// Long enough for any transfer of these stories once the network is whole.
constexpr Duration kPatience = 170s;

DrainOptions within(Duration deadline) {
  DrainOptions options;
  options.deadline = deadline;
  return options;
}

LinkConfig random_link(SeededRandom& random) {
  LinkConfig link;
  link.delay = std::chrono::microseconds(random.below(100'000));
  link.jitter = std::chrono::microseconds(random.below(20'000));
  if (random.chance(0.6)) link.loss = static_cast<double>(random.below(25)) / 100;
  if (random.chance(0.4)) link.duplicate = static_cast<double>(random.below(30)) / 100;
  if (random.chance(0.3)) link.corrupt = static_cast<double>(random.below(10)) / 100;
  return link;
}

std::vector<SessionHandle> established(const Node& node) {
  std::vector<SessionHandle> handles;
  node.endpoint->visit_sessions([&](const SessionInfo& info) {
    if (info.state == SessionState::kEstablished) handles.push_back(info.handle);
  });
  return handles;
}

/// A server with echo and some clients on a bad network that heals.
struct Story {
  explicit Story(std::uint64_t seed, EchoClient::AtEnd at_end)
      : world(seed), server(world.add_server()), echo(server) {
    world.network.link = random_link(world.random);
    for (std::uint64_t n = world.random.between(1, 4); n > 0; --n) {
      nodes.push_back(&world.add_client());
      clients.emplace_back(world, *nodes.back(), server, ClientPlan::random(world.random), at_end);
    }
  }
  void heal() { world.network.link = LinkConfig{.delay = world.network.link.delay}; }
  /// Whether the server got to know all streams that a client has opened.
  bool has_heard_of(std::size_t client,
                    const std::map<PeerAddress, SessionHandle>& sessions) const {
    const auto found = sessions.find(nodes[client]->address);
    if (found == sessions.end()) return false;
    const auto opened = std::ranges::count_if(server.events, [&](const Event& event) {
      return event.kind == EventKind::kStreamOpened && event.session == found->second;
    });
    return static_cast<std::size_t>(opened) == clients[client].streams_planned();
  }
  bool all_closed() const {
    return std::all_of(clients.begin(), clients.end(),
                       [](const EchoClient& client) { return client.closed(); });
  }
  std::uint64_t datagrams() const {
    std::uint64_t sent = server.datagrams_sent;
    for (const Node* node : nodes) sent += node->datagrams_sent;
    return sent;
  }
  bool nothing_left() const {
    return server.endpoint->record_count() == 0 &&
           std::all_of(nodes.begin(), nodes.end(),
                       [](const Node* node) { return node->endpoint->record_count() == 0; });
  }

  World world;
  Node& server;
  EchoServer echo;
  std::vector<Node*> nodes;
  std::deque<EchoClient> clients;
};

}  // namespace

TEST_CASE("open streams end in peace before a drained session closes [CLOSE-8]") {
  for (const bool by_server : {false, true}) {
    World world(6);
    Node& server = world.add_server();
    Node& node = world.add_client();
    EchoServer echo(server);
    ClientPlan plan;
    for (int i = 0; i < 3; ++i) {
      plan.streams.push_back({.options = {.service = "echo"},
                              .messages = {std::string(100'000, static_cast<char>('a' + i))}});
    }
    EchoClient client(world, node, server, plan, EchoClient::AtEnd::kStays);
    REQUIRE(world.run_until([&] { return server.count(EventKind::kStreamOpened) == 3; }));
    Node& leaving = by_server ? server : node;
    REQUIRE(leaving.endpoint->drain(world.now(), leaving.events.at(0).session, within(30s)));
    REQUIRE(world.run_until([&] { return client.closed(); }, 29s));
    CHECK(client.failure().empty());
    CHECK(client.done());
    CHECK(client.close_info()->reason == CloseReason::kGoingAway);
    CHECK(client.close_info()->by_peer == by_server);
  }
}

TEST_CASE("whatever the network does, a server that drains loses nothing [CLOSE-8]") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    INFO("seed " << seed);
    Story story(seed, EchoClient::AtEnd::kStays);
    story.world.run_for(std::chrono::milliseconds(story.world.random.below(3000)));
    CloseInfo why;
    why.reason = CloseReason::kGoingAway;
    why.code = TransportCode::kGoingAway;
    story.server.endpoint->refuse_sessions(why);
    std::map<PeerAddress, SessionHandle> drained;
    for (const SessionHandle session : established(story.server)) {
      drained[story.server.endpoint->info(session)->path.remote] = session;
      REQUIRE(story.server.endpoint->drain(story.world.now(), session, within(kPatience)));
    }
    story.world.run_for(std::chrono::milliseconds(story.world.random.below(5000)));
    story.heal();
    REQUIRE(story.world.run_until([&] { return story.all_closed(); }, kPatience));
    for (std::size_t i = 0; i < story.clients.size(); ++i) {
      const EchoClient& client = story.clients[i];
      CHECK(client.failure().empty());
      INFO(to_string(client.close_info()->code) << ": " << client.close_info()->message);
      // Either it came too late, perhaps with a handshake half done or with streams that the server
      // has not heard of, or it was served to the end.
      CHECK((!story.has_heard_of(i, drained) || client.turned_away() || client.done()));
      CHECK(client.close_info()->reason != CloseReason::kProtocolError);
    }
    CHECK(story.world.run_until([&] { return story.nothing_left(); }, 60s));
  }
}

TEST_CASE("whoever closes or drains when, in the end there is silence [CLOSE-3, CLOSE-4]") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    INFO("seed " << seed);
    Story story(seed, EchoClient::AtEnd::kStays);
    SeededRandom& random = story.world.random;
    const auto leave = [&](const Node& node) {
      for (const SessionHandle session : established(node)) {
        if (random.chance(0.5)) {
          REQUIRE(node.endpoint->drain(story.world.now(), session,
                                       within(std::chrono::milliseconds(random.below(4000)))));
        } else {
          REQUIRE(node.endpoint->close(story.world.now(), session, CloseReason::kNormal, "enough"));
        }
      }
    };
    for (int round = 0; round < 6; ++round) {
      story.world.run_for(std::chrono::milliseconds(random.below(800)));
      leave(random.chance(0.5) ? story.server : *story.nodes[random.below(story.nodes.size())]);
    }
    story.heal();
    // Handshakes that were held up may still be finished now.
    for (int round = 0; round < 60 && !story.nothing_left(); ++round) {
      leave(story.server);
      story.world.run_for(1s);
    }
    REQUIRE(story.world.run_until([&] { return story.nothing_left(); }, 60s));
    const std::uint64_t before = story.datagrams();
    story.world.run_for(60s);
    CHECK(story.datagrams() == before);
  }
}

TEST_CASE("two sides that close at once under duplication exchange a handful of datagrams") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    World world(seed);
    Node& server = world.add_server();
    Node& client = world.add_client();
    const SessionHandle session = world.connect(client, server);
    REQUIRE(world.run_until([&] { return server.saw(EventKind::kAccepted); }));
    world.run_for(1s);
    world.network.link.duplicate = 0.9;
    world.network.link.jitter = 5ms;
    const std::uint64_t before = client.datagrams_sent + server.datagrams_sent;
    REQUIRE(client.endpoint->close(world.now(), session, CloseReason::kNormal, "client"));
    REQUIRE(server.endpoint->close(world.now(), server.events.at(0).session,
                                   CloseReason::kGoingAway, "server"));
    world.run_for(60s);
    CHECK(client.datagrams_sent + server.datagrams_sent == before + 2);
    CHECK(client.endpoint->record_count() + server.endpoint->record_count() == 0);
  }
}
