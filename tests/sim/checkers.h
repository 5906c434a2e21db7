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

  void on_datagram(const PeerAddress& from, const PeerAddress& to, Bytes bytes);
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
