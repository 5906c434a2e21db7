// SPDX-License-Identifier: MIT
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include "jetstream/types.h"

namespace jetstream::net {

/// Room for an IPv4 or an IPv6 socket address, as the system wants it.
union SocketAddress {
  sockaddr base;
  sockaddr_in v4;
  sockaddr_in6 v6;
};

/// Writes `address` for a socket of `family` (AF_INET6 sockets take IPv4 peers as ::ffff:a.b.c.d)
/// and returns its size. An IPv6 address for an AF_INET socket becomes 255.255.255.255, which the
/// system refuses to send to.
socklen_t to_sockaddr(const PeerAddress& address, int family, SocketAddress& out);

PeerAddress from_sockaddr(const SocketAddress& address);

}  // namespace jetstream::net
