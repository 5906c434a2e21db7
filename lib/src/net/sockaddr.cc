// SPDX-License-Identifier: MIT
#include "net/sockaddr.h"

#include <arpa/inet.h>

#include <cstring>

namespace jetstream::net {
namespace {

constexpr std::size_t kV4Offset = 12;  // of a.b.c.d in ::ffff:a.b.c.d

}  // namespace

socklen_t to_sockaddr(const PeerAddress& address, int family, SocketAddress& out) {
  if (family == AF_INET) {
    out.v4 = {};
    out.v4.sin_family = AF_INET;
    out.v4.sin_port = htons(address.port);
    out.v4.sin_addr.s_addr = INADDR_BROADCAST;
    if (address.is_v4()) std::memcpy(&out.v4.sin_addr, address.ip.data() + kV4Offset, 4);
    return sizeof(out.v4);
  }
  out.v6 = {};
  out.v6.sin6_family = AF_INET6;
  out.v6.sin6_port = htons(address.port);
  out.v6.sin6_scope_id = address.scope;
  std::memcpy(&out.v6.sin6_addr, address.ip.data(), address.ip.size());
  return sizeof(out.v6);
}

PeerAddress from_sockaddr(const SocketAddress& address) {
  if (address.base.sa_family == AF_INET) {
    std::array<std::uint8_t, 4> v4{};
    std::memcpy(v4.data(), &address.v4.sin_addr, v4.size());
    return PeerAddress::v4(v4, ntohs(address.v4.sin_port));
  }
  PeerAddress result;
  if (address.base.sa_family != AF_INET6) return result;
  std::memcpy(result.ip.data(), &address.v6.sin6_addr, result.ip.size());
  result.port = ntohs(address.v6.sin6_port);
  // Linux names an interface for link-local peers only.
  result.scope = address.v6.sin6_scope_id;
  return result;
}

}  // namespace jetstream::net
