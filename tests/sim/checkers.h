// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <set>
#include <string>

#include "support/world.h"

namespace jetstream::testing {

/// Watches the wire, not the code: what must hold for every run, whatever the endpoints think of
/// themselves.
class WireChecker {
 public:
  explicit WireChecker(PeerAddress server) : server_(server) {}

  /// As it is sent.
  void on_datagram(const PeerAddress& from, const PeerAddress& to, Bytes bytes);
  /// What counts for the threefold limit is what the server receives, copies included.
  void on_arrival(const PeerAddress& from, const PeerAddress& to, Bytes bytes) {
    if (to == server_) to_server_[from] += bytes.size();
  }
  /// The server has accepted a session with `client`, or followed one there.
  void on_proven(const PeerAddress& client) { proven_.insert(client); }

  bool is_proven(const PeerAddress& client) const { return proven_.contains(client); }

  const std::string& failure() const { return failure_; }
  /// Of everything that was ever sent, in order: equal for equal runs.
  std::uint64_t digest() const { return digest_; }

 private:
  PeerAddress server_;
  std::set<PeerAddress> proven_;
  std::map<PeerAddress, std::uint64_t> to_server_;
  std::map<PeerAddress, std::uint64_t> from_server_;
  std::uint64_t digest_ = 0xcbf29ce484222325;
  std::string failure_;
};

}  // namespace jetstream::testing
