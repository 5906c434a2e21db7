// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <map>
#include <queue>
#include <vector>

#include "jetstream/endpoint.h"
#include "support/seeded_random.h"

namespace jetstream::testing {

/// What a hostile network does to datagrams. Probabilities are per datagram and independent.
struct LinkConfig {
  /// One way, before jitter.
  Duration delay = std::chrono::milliseconds(10);
  /// Added at random, 0 to this; more than the spacing of datagrams reorders them.
  Duration jitter{};
  double loss = 0;
  double duplicate = 0;
  /// One to eight random bits flip.
  double corrupt = 0;
  /// The tail is cut off.
  double truncate = 0;
  /// Larger datagrams vanish, as on a path with that MTU.
  std::size_t datagram_bytes_max = 65507;
};

/// A network in virtual time: datagrams wait in it until the clock has reached their arrival.
/// Everything it does follows from its seed.
class VirtualNetwork {
 public:
  explicit VirtualNetwork(std::uint64_t seed) : random_(seed) {}

  struct Datagram {
    Instant arrival;
    std::uint64_t order = 0;
    Path path;  // as the receiver sees it
    std::vector<std::uint8_t> bytes;
  };
  /// Sees every datagram as it is sent, before the network acts on it.
  using Observer = std::function<void(const PeerAddress& from, const PeerAddress& to, Bytes bytes)>;

  LinkConfig link;
  Observer observer;
  /// Sees every datagram as it arrives, after all that the network did to it.
  Observer on_arrival;

  void send(Instant now, const PeerAddress& from, const PeerAddress& to, Bytes bytes);
  Instant next_arrival() const;
  /// The next datagram that has arrived by `now`.
  std::optional<Datagram> receive(Instant now);
  std::size_t in_flight() const { return queue_.size(); }

 private:
  void enqueue(Instant now, const PeerAddress& from, const PeerAddress& to, Bytes bytes);
  struct Later {
    bool operator()(const Datagram& a, const Datagram& b) const {
      return std::tie(a.arrival, a.order) > std::tie(b.arrival, b.order);
    }
  };

  SeededRandom random_;
  std::priority_queue<Datagram, std::vector<Datagram>, Later> queue_;
  std::uint64_t order_ = 0;
};

}  // namespace jetstream::testing
