// SPDX-License-Identifier: MIT
#include "support/world.h"

#include <algorithm>

namespace jetstream::testing {

bool Node::saw(EventKind kind) const { return count(kind) > 0; }

std::size_t Node::count(EventKind kind) const {
  return static_cast<std::size_t>(std::count_if(
      events.begin(), events.end(), [kind](const Event& event) { return event.kind == kind; }));
}

World::World(std::uint64_t seed)
    : network(seed ^ 0x6e6574),
      random(seed),
      identity_(Identity::generate(random)),
      buffer_(kTrainBytesMax) {}

Node& World::add_server(EndpointConfig config, ServerConfig* server) {
  config.server =
      server != nullptr ? *server : ServerConfig{.identity = identity_, .authorized_clients = {}};
  config.session_ids = &ids_;
  auto node = std::make_unique<Node>();
  node->address = PeerAddress::v4({192, 0, 2, 1}, static_cast<std::uint16_t>(8080 + nodes_.size()));
  node->endpoint = std::move(Endpoint::create(std::move(config), random).value());
  return *nodes_.emplace_back(std::move(node));
}

Node& World::add_client(EndpointConfig config) {
  auto node = std::make_unique<Node>();
  node->address =
      PeerAddress::v4({198, 51, 100, 1}, static_cast<std::uint16_t>(40000 + nodes_.size()));
  node->endpoint = std::move(Endpoint::create(std::move(config), random).value());
  return *nodes_.emplace_back(std::move(node));
}

SessionHandle World::connect(Node& client, const Node& server) {
  ConnectOptions options{.remote = server.address, .trust = trust(), .identity = {}, .session = {}};
  return client.endpoint->connect(now_, options).value();
}

void World::deliver() {
  while (auto datagram = network.receive(now_)) {
    for (const auto& node : nodes_) {
      if (node->address == datagram->path.local) {
        node->endpoint->handle(now_, datagram->path, datagram->bytes);
      }
    }
  }
}

void World::turn(Node& node) {
  node.endpoint->flush(now_);
  if (node.endpoint->poll_timeout() <= now_) node.endpoint->handle_timeout(now_);
  while (const auto event = node.endpoint->poll_event()) {
    node.events.push_back(*event);
    if (node.on_event) node.on_event(*event);
  }
  Train train;
  while (node.endpoint->poll_transmit(now_, buffer_, train)) {
    for (std::size_t at = 0; at < train.bytes.size(); at += train.segment_bytes) {
      const std::size_t size = std::min(train.segment_bytes, train.bytes.size() - at);
      ++node.datagrams_sent;
      network.send(now_, node.address, train.path.remote, train.bytes.subspan(at, size));
    }
  }
}

Instant World::next_moment() const {
  Instant next = network.next_arrival();
  for (const auto& node : nodes_) next = std::min(next, node->endpoint->poll_timeout());
  return next;
}

bool World::step() {
  deliver();
  for (const auto& node : nodes_) turn(*node);
  const Instant next = next_moment();
  if (next == kNever) return false;
  // A deadline in the past would be a bug; here it must not stop the clock for ever.
  now_ = std::max(next, now_ + Duration(1));
  return true;
}

bool World::run_until(const std::function<bool()>& done, Duration limit) {
  const Instant end = now_ + limit;
  while (!done()) {
    if (now_ >= end || !step()) return done();
  }
  return true;
}

void World::run_for(Duration duration) {
  const Instant end = now_ + duration;
  while (true) {
    deliver();
    for (const auto& node : nodes_) turn(*node);
    const Instant next = next_moment();
    if (next >= end) break;
    now_ = std::max(next, now_ + Duration(1));
  }
  now_ = end;
  deliver();
  for (const auto& node : nodes_) turn(*node);
}

}  // namespace jetstream::testing
