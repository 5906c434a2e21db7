// SPDX-License-Identifier: MIT
#include "sim/swarm.h"

#include <deque>
#include <set>

#include "sim/apps.h"
#include "sim/checkers.h"

namespace jetstream::testing {
namespace {

using namespace std::chrono_literals;

/// Once the network is whole again, nothing may take longer: the slowest transfer, the idle
/// timeout, and the last close together stay below this.
constexpr Duration kFinishWithin = 180s;
/// The network is bad for less than three heartbeats: one more can reach the other side before it
/// gives up, even of a session that has heard nothing since the beginning.
constexpr std::uint64_t kBadForMsMax = 15000;

LinkConfig random_link(SeededRandom& random) {
  LinkConfig link;
  link.delay = std::chrono::microseconds(random.below(random.chance(0.2) ? 400000 : 30000));
  link.jitter = std::chrono::microseconds(random.below(20000));
  if (random.chance(0.6)) link.loss = static_cast<double>(random.below(30)) / 100;
  if (random.chance(0.4)) link.duplicate = static_cast<double>(random.below(30)) / 100;
  if (random.chance(0.4)) link.corrupt = static_cast<double>(random.below(15)) / 100;
  if (random.chance(0.2)) link.truncate = static_cast<double>(random.below(10)) / 100;
  if (random.chance(0.5)) link.datagram_bytes_max = random.between(1200, 9000);
  return link;
}

/// Says things to the server that nobody asked for: copies of what it saw, from anybody's address,
/// and noise.
class Intruder {
 public:
  Intruder(World& world, const Node& server, std::uint64_t seed)
      : world_(world), server_(server.address), random_(seed) {}

  void on_datagram(const PeerAddress& from, const PeerAddress& to, Bytes bytes) {
    if (busy_ || !random_.chance(0.05)) return;
    busy_ = true;  // the network shows us our own datagrams as well
    std::vector<std::uint8_t> copy(bytes.begin(), bytes.end());
    if (random_.chance(0.5)) copy[random_.below(copy.size())] ^= 0x10;
    if (random_.chance(0.2)) random_.fill_public(copy);
    const bool spoof = random_.chance(0.7);
    world_.network.send(world_.now(), spoof ? from : own_address_, to, copy);
    busy_ = false;
  }

  /// The datagram that the network shows now is its own.
  bool speaking() const { return busy_; }

 private:
  World& world_;
  PeerAddress server_;
  PeerAddress own_address_ = PeerAddress::v4({203, 0, 113, 66}, 6666);
  SeededRandom random_;
  bool busy_ = false;
};

/// Takes clients to other addresses: mostly as a NAT does that forgets, without their knowledge.
class Wanderlust {
 public:
  Wanderlust(World& world, const WireChecker& checker, std::vector<Node*> nodes, std::uint64_t seed)
      : world_(world),
        checker_(checker),
        nodes_(std::move(nodes)),
        random_(seed),
        active_(random_.chance(0.5)) {
    plan();
  }

  void act() {
    if (!active_ || world_.now() < next_) return;
    plan();
    Node& node = *nodes_[random_.below(nodes_.size())];
    // A handshake stands or falls with its address.
    if (checker_.is_proven(node.address)) settled_.insert(&node);
    if (!settled_.contains(&node)) return;
    node.address.port = static_cast<std::uint16_t>(random_.between(1024, 39000));
    if (random_.chance(0.3)) node.address.ip[15] ^= static_cast<std::uint8_t>(random_.below(64));
    if (random_.chance(0.3)) node.endpoint->migrate_all(world_.now());
  }
  void stop() { active_ = false; }

 private:
  void plan() { next_ = world_.now() + std::chrono::milliseconds(random_.between(20, 3000)); }

  World& world_;
  const WireChecker& checker_;
  std::vector<Node*> nodes_;
  std::set<Node*> settled_;
  SeededRandom random_;
  bool active_;
  Instant next_{};
};

/// The least that there may be for the messages of these sessions.
constexpr std::size_t kLittleMemory = 8 * 1024 * 1024;

/// Keys of a few packets, or such as real sessions have.
KeyUpdateLimits random_limits(SeededRandom& random) {
  if (random.chance(0.5)) return {};
  return {.packets = random.between(16, 300)};
}

EndpointConfig random_config(SeededRandom& random, std::uint64_t seed) {
  EndpointConfig config;
  config.prefer_aes = random.chance(0.5);
  config.session.key_update = random_limits(random);
  if (seed % 3 == 0) config.memory_bytes_max = kLittleMemory;
  return config;
}

}  // namespace

SwarmOutcome run_swarm(std::uint64_t seed, bool canary) {
  World world(seed);
  world.network.link = random_link(world.random);
  const EndpointConfig config = random_config(world.random, seed);
  Node& server = world.add_server(config);
  EchoServer echo(server);
  WireChecker checker(server.address);
  Intruder intruder(world, server, seed ^ 0x696e74);

  std::vector<Node*> nodes;
  for (std::uint64_t n = world.random.between(1, 4); n > 0; --n) {
    nodes.push_back(&world.add_client(config));
  }
  world.network.observer = [&](const PeerAddress& from, const PeerAddress& to, Bytes bytes) {
    // What is forged in the server's name is not the server's doing.
    if (!intruder.speaking() || from != server.address) checker.on_datagram(from, to, bytes);
    intruder.on_datagram(from, to, bytes);
  };
  world.network.on_arrival = [&](const auto&... seen) { checker.on_arrival(seen...); };
  Wanderlust wanderlust(world, checker, nodes, seed ^ 0x6d6f7665);
  const auto serve = server.on_event;
  server.on_event = [&](const Event& event) {
    if (event.kind == EventKind::kAccepted || event.kind == EventKind::kPathChanged) {
      checker.on_proven(server.endpoint->info(event.session)->path.remote);
    }
    serve(event);
  };
  std::deque<EchoClient> clients;
  for (Node* node : nodes) {
    clients.emplace_back(world, *node, server, ClientPlan::random(world.random));
    if (canary) clients.back().break_expectation();
  }

  const Instant begin = world.now();
  SwarmOutcome outcome;
  const auto over = [&] {
    wanderlust.act();
    bool all_closed = true;
    for (const EchoClient& client : clients) {
      if (!client.failure().empty()) outcome.failure = client.failure();
      all_closed = all_closed && client.closed();
    }
    if (!checker.failure().empty()) outcome.failure = checker.failure();
    return all_closed || !outcome.failure.empty();
  };
  world.run_until(over, std::chrono::milliseconds(world.random.below(kBadForMsMax)));
  wanderlust.stop();
  const Duration delay = world.network.link.delay;
  world.network.link = LinkConfig{.delay = delay};
  const bool finished = world.run_until(over, kFinishWithin);
  if (outcome.failure.empty() && !finished) outcome.failure = "a session never ended";
  for (const EchoClient& client : clients) {
    if (!outcome.failure.empty()) break;
    // A network that was bad for long may cost the handshake, but never a session that stood.
    if (client.connected() && !client.done()) {
      outcome.failure = "a session ended early: " + client.close_info()->message;
    }
  }
  if (outcome.failure.empty()) {
    const auto empty = [&] { return server.endpoint->record_count() == 0; };
    if (!world.run_until(empty, kFinishWithin)) outcome.failure = "the server forgot nothing";
    if (server.endpoint->stats().memory_held != 0) outcome.failure = "memory was lost [LIM-5]";
  }
  outcome.digest = checker.digest();
  outcome.sessions = server.endpoint->stats().sessions_opened;
  outcome.datagrams = server.endpoint->stats().datagrams_received + server.datagrams_sent;
  outcome.virtual_seconds = std::chrono::duration<double>(world.now() - begin).count();
  return outcome;
}

}  // namespace jetstream::testing
