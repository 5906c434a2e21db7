// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <vector>

#include "daemon/config/config.h"

namespace jetstream::daemon {

/// UDP sockets that the service manager has bound for the daemon and keeps while it restarts, so
/// that nothing sent meanwhile is lost (socket activation, sd_listen_fds(3)). They stand in for
/// `server.listen`.
struct InheritedSockets {
  struct Listener {
    PeerAddress address;
    /// One for each worker, in the order in which they were bound. They are the taker's to close.
    std::vector<int> fds;
  };
  std::vector<Listener> listeners;

  bool empty() const { return listeners.empty(); }
  /// -1 if nothing was inherited: the worker makes its own.
  int fd(std::size_t listener, std::size_t worker) const {
    return empty() ? -1 : listeners[listener].fds[worker];
  }
};

/// What LISTEN_FDS hands to this process; empty without it. Fails like sort_sockets(). Call it
/// once: who asks again gets the same descriptors.
Result<InheritedSockets> take_inherited_sockets();

/// Sorts sockets by their addresses, both in the order given. kInvalidArgument if one of them is no
/// bound UDP socket, if there are more than 16 addresses or 64 sockets of one (what `server.listen`
/// and `server.workers` may have), or if one address has more sockets than another, since every
/// worker serves every address.
Result<InheritedSockets> sort_sockets(std::span<const int> fds);

/// Lets `config` say what was inherited: `listen` are the addresses, and there are as many workers
/// as sockets for an address. Only `workers: auto` leaves that open; another number that was asked
/// for is kInvalidArgument. Nothing changes if nothing was inherited.
Result<> apply_inherited_sockets(Config& config, const InheritedSockets& sockets);

}  // namespace jetstream::daemon
