// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "jetstream/endpoint.h"
#include "support/virtual_network.h"

namespace jetstream::testing {

/// Session numbers for one simulated process.
class CountingIds : public SessionIdSource {
 public:
  SessionId next() override { return SessionId(++last_); }

 private:
  std::uint64_t last_ = 0;
};

/// One endpoint in a World, with what it reported.
struct Node {
  PeerAddress address;
  std::unique_ptr<Endpoint> endpoint;
  /// All events so far, in order; `on_event` sees each as it is polled and may issue commands.
  std::vector<Event> events;
  std::function<void(const Event&)> on_event;
  /// Datagrams sent so far.
  std::uint64_t datagrams_sent = 0;

  bool saw(EventKind kind) const;
  std::size_t count(EventKind kind) const;
};

/// Real endpoints on a virtual network in virtual time. Deterministic: the same seed and the same
/// calls give the same run.
class World {
 public:
  explicit World(std::uint64_t seed);

  Node& add_server(EndpointConfig config = {}, ServerConfig* server = nullptr);
  Node& add_client(EndpointConfig config = {});
  /// The identity of every server added without a ServerConfig of its own.
  const Identity& server_identity() const { return identity_; }
  Trust trust() const { return Trust::pins({Pin::of(identity_.public_key())}); }
  /// Starts a handshake that trusts the server's key.
  SessionHandle connect(Node& client, const Node& server);

  Instant now() const { return now_; }
  /// Lets everything happen that is due now, then jumps to the next moment at which something is.
  /// False if nothing ever will.
  bool step();
  /// Steps until `done` or until `limit` has passed; whether `done` was reached.
  bool run_until(const std::function<bool()>& done, Duration limit = std::chrono::seconds(60));
  void run_for(Duration duration);

  VirtualNetwork network;
  SeededRandom random;

 private:
  void deliver();
  void turn(Node& node);
  Instant next_moment() const;

  Instant now_{std::chrono::seconds(1000)};
  CountingIds ids_;
  Identity identity_;
  std::vector<std::unique_ptr<Node>> nodes_;
  std::vector<std::uint8_t> buffer_;
};

}  // namespace jetstream::testing
