// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "jetstream/types.h"

namespace jetstream {

/// Whether several sockets share one address, one for each worker (SO_REUSEPORT). They get their
/// number in the order in which they are bound, and closing one renumbers the others: close all or
/// none.
enum class PortSharing : std::uint8_t {
  kAlone,  ///< The address is this socket's only.
  kFirst,  ///< Nobody has the address yet, and others of this process will join.
  kJoin,   ///< One more socket for the address of a kFirst.
};

/// How a UDP socket is made.
struct UdpOptions {
  /// Where to bind. The default is any port on every address, IPv6 and IPv4 alike; where the system
  /// has no IPv6, on every IPv4 address.
  PeerAddress bind;
  /// With the IPv6 wildcard address: leave IPv4 to others.
  bool v6_only = false;
  PortSharing sharing = PortSharing::kAlone;
  /// Asked of the kernel for each direction. Without CAP_NET_ADMIN one gets net.core.rmem_max and
  /// net.core.wmem_max at most. 16 MiB holds 10 ms of 10 Gbit/s.
  std::size_t socket_buffer_bytes = 16 * 1024 * 1024;
  /// A bound UDP socket from elsewhere (socket activation, hand-over), which then belongs to the
  /// driver; `bind`, `v6_only` and `sharing` are not looked at. -1 means to make one.
  int adopted_fd = -1;
};

/// Counters of one socket and its driver, all from its start on.
struct UdpStats {
  std::uint64_t messages_received = 0;    ///< What recvmmsg() returned: datagrams, joined by GRO.
  std::uint64_t datagrams_received = 0;   ///< After cutting them apart again.
  std::uint64_t datagrams_forwarded = 0;  ///< Those of another worker's connection ids.
  std::uint64_t messages_sent = 0;        ///< Sends that the system took: trains or datagrams.
  std::uint64_t messages_refused = 0;     ///< Sends that it refused, which counts as loss.
  std::uint64_t sends_blocked = 0;        ///< How often the socket's buffer was full.
  /// Datagrams that reached the socket and were dropped there by the kernel, because the receive
  /// buffer was full: nobody read in time. What a firewall or the network has dropped is not in it.
  std::uint64_t socket_drops = 0;
  /// What the receive buffer holds, in the unit of UdpOptions::socket_buffer_bytes and of
  /// net.core.rmem_max. 0 if the kernel does not tell.
  std::uint64_t receive_buffer_bytes = 0;
};

}  // namespace jetstream
