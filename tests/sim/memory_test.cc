// SPDX-License-Identifier: MIT
//
// The story of clients that ask for a hundred echoes and read none of them, and of one that only
// wants its own.
#include <algorithm>
#include <catch2/catch.hpp>

#include "sim/apps.h"

using namespace jetstream;
using namespace jetstream::testing;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t kBudget = 8 * 1024 * 1024;
ClientPlan plan_of(std::size_t bytes) {
  const std::string message = std::string(kPlaintextMarker) + std::string(bytes, 'x');
  ClientPlan plan;
  plan.streams.push_back({.options = {.service = "echo"}, .messages = {message}});
  return plan;
}

/// Sends on every stream it may open, and never reads.
struct Hoarder {
  Hoarder(World& world, const Node& server) : node(world.add_client()), data(64 * 1024, 0x5a) {
    node.on_event = [this](const Event& event) {
      if (event.kind == EventKind::kConnected) start(event.session);
      if (event.kind == EventKind::kWritable) send(event.session, event.stream);
      if (event.kind == EventKind::kClosed) closed = *node.endpoint->close_info(event.session);
    };
    world.connect(node, server);
  }
  void start(SessionHandle session) {
    while (const auto stream = node.endpoint->open_stream(session, {.service = "echo"})) {
      send(session, *stream);
    }
  }
  void send(SessionHandle session, StreamId stream) {
    while (node.endpoint->send(session, stream, data)) {
    }
  }
  Node& node;
  std::vector<std::uint8_t> data;
  std::optional<CloseInfo> closed;
};

}  // namespace

TEST_CASE("unread echoes pin what the rule lets them, and leave room for others [LIM-5]") {
  World world(23);
  EndpointConfig config;
  config.memory_bytes_max = kBudget;
  Node& server = world.add_server(config);
  EchoServer echo(server);
  std::vector<std::unique_ptr<Hoarder>> hoarders;
  double free = kBudget;
  for (std::size_t n = 1; n <= 8; ++n) {
    hoarders.push_back(std::make_unique<Hoarder>(world, server));
    world.run_for(300ms);
    const EndpointStats stats = server.endpoint->stats();
    INFO(n << " hoarders hold " << stats.memory_held);
    CHECK(stats.memory_budget == kBudget);
    // A ninth of what was free makes an eighth of what is left then; one after the other, twice.
    free *= 64.0 / 81.0;
    CHECK(static_cast<double>(stats.memory_held) <= kBudget - free);
    CHECK(stats.memory_held >= kBudget / 16);
  }
  EchoClient honest(world, world.add_client(), server, plan_of(500000));
  CHECK(world.run_until([&] { return honest.done(); }, 5s));
  CHECK(honest.failure().empty());

  SECTION("and when all are gone, nothing is held") {
    for (const auto& hoarder : hoarders) {
      (void)hoarder->node.endpoint->close(world.now(), hoarder->node.events.at(0).session,
                                          CloseReason::kNormal, "");
    }
    world.run_for(15s);
    CHECK(server.endpoint->stats().memory_held == 0);
    CHECK(server.endpoint->stats().memory_held_max > 0);
    CHECK(server.endpoint->record_count() == 0);
  }
}

TEST_CASE("a crowd that hoards is sent away, and honest sessions are served beside it [LIM-8]") {
  World world(29);
  EndpointConfig config;
  config.memory_bytes_max = kBudget;
  Node& server = world.add_server(config);
  EchoServer echo(server);
  std::vector<std::unique_ptr<Hoarder>> hoarders;
  for (int n = 0; n < 30; ++n) hoarders.push_back(std::make_unique<Hoarder>(world, server));
  world.run_for(2s);
  CHECK(server.endpoint->stats().memory_held > kBudget / 2);
  EchoClient honest(world, world.add_client(), server, plan_of(500000));
  CHECK(world.run_until([&] { return honest.done(); }, 20s));
  CHECK(honest.failure().empty());
  CHECK(server.endpoint->stats().memory_held_max <= kBudget);
  // Those who hold more than an eighth of what is left go.
  world.run_for(20s);
  std::size_t sent_away = 0;
  for (const auto& hoarder : hoarders) {
    if (!hoarder->closed) continue;
    ++sent_away;
    CHECK(hoarder->closed->code == TransportCode::kExcessiveLoad);
  }
  CHECK(sent_away > 0);
}

TEST_CASE("two that echo to each other do not stop each other for want of memory [LIM-5]") {
  World world(31);
  EndpointConfig config;
  config.memory_bytes_max = kBudget;
  Node& server = world.add_server(config);
  EchoServer echo(server);
  ClientPlan plan;
  for (int n = 0; n < 60; ++n) plan.streams.push_back(plan_of(100000).streams.front());
  std::vector<std::unique_ptr<EchoClient>> clients;
  for (int n = 0; n < 6; ++n) {
    clients.push_back(std::make_unique<EchoClient>(world, world.add_client(config), server, plan));
  }
  const auto all_done = [&] {
    return std::all_of(clients.begin(), clients.end(), [](const auto& c) { return c->done(); });
  };
  CHECK(world.run_until(all_done, 60s));
  for (const auto& client : clients) CHECK(client->failure().empty());
  CHECK(server.endpoint->stats().memory_held_max <= kBudget);
  world.run_for(15s);
  CHECK(server.endpoint->stats().memory_held == 0);
}

TEST_CASE("windows are small for those who come while memory is short [FLOW-12]") {
  World world(37);
  EndpointConfig config;
  config.memory_bytes_max = kBudget;
  Node& server = world.add_server(config);
  std::uint64_t window = 0;
  server.on_event = [&](const Event& event) {
    if (event.kind != EventKind::kStreamOpened) return;
    window = server.endpoint->stream_info(event.session, event.stream)->recv_window;
  };
  const auto come = [&] {
    Node& client = world.add_client();
    const SessionHandle session = world.connect(client, server);
    world.run_until([&] { return client.saw(EventKind::kConnected); });
    CHECK(client.endpoint->open_stream(session, {.service = "sink"}));
    world.run_for(100ms);
    return window;
  };
  CHECK(come() == config.session.max_stream_data);
  std::vector<std::unique_ptr<Hoarder>> hoarders;
  for (int n = 0; n < 30; ++n) hoarders.push_back(std::make_unique<Hoarder>(world, server));
  world.run_for(2s);
  REQUIRE(server.endpoint->stats().memory_held > kBudget / 2);
  CHECK(come() == 32 * 1024);
}

TEST_CASE("a window grows with the path, and a download with it [FLOW-11]") {
  World world(41);
  world.network.link.delay = 50ms;
  Node& server = world.add_server();
  EchoServer echo(server);
  Node& client = world.add_client();
  EchoClient honest(world, client, server, plan_of(64 * 1024 * 1024));
  const Instant begin = world.now();
  CHECK(world.run_until([&] { return honest.done(); }, 60s));
  // 256 KiB a round trip of 100 ms would take 25 s.
  CHECK(world.now() - begin < 12s);
}
