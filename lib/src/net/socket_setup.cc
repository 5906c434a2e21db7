// SPDX-License-Identifier: MIT
#include "net/socket_setup.h"

#include <fcntl.h>
#include <netinet/udp.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "net/sockaddr.h"
#include "net/system_error.h"

namespace jetstream::net {
namespace {

bool set_option(int fd, int level, int name, int value) {
  return setsockopt(fd, level, name, &value, sizeof(value)) == 0;
}

bool all_zero(const PeerAddress& address) {
  return std::ranges::all_of(address.ip, [](auto byte) { return byte == 0; });
}

bool is_wildcard(const PeerAddress& address) {
  return all_zero(address) || address.ip == PeerAddress::v4({0, 0, 0, 0}, 0).ip;
}

/// The forced size needs CAP_NET_ADMIN; without it the kernel cuts to its own maximum, silently.
void set_buffer(int fd, int forced, int plain, std::size_t bytes) {
  int size = static_cast<int>(std::min<std::size_t>(bytes, INT32_MAX / 2));
  if (!set_option(fd, SOL_SOCKET, forced, size)) set_option(fd, SOL_SOCKET, plain, size);
}

Result<> set_options(int fd, int family, const UdpOptions& options) {
  set_buffer(fd, SO_RCVBUFFORCE, SO_RCVBUF, options.socket_buffer_bytes);
  set_buffer(fd, SO_SNDBUFFORCE, SO_SNDBUF, options.socket_buffer_bytes);
  // Never fragment [PKT-27], and never believe ICMP about the MTU: the core finds out by probes.
  if (!set_option(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_PROBE)) {
    return refuse_errno("IP_MTU_DISCOVER");
  }
  if (family == AF_INET6 && !set_option(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_PROBE)) {
    return refuse_errno("IPV6_MTU_DISCOVER");
  }
  // Without GRO (before Linux 5.0) datagrams come one by one, which works as well.
  set_option(fd, SOL_UDP, UDP_GRO, 1);
  return {};
}

Result<> tell_destinations(int fd, int family) {
  const bool told = family == AF_INET6 ? set_option(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1)
                                       : set_option(fd, IPPROTO_IP, IP_PKTINFO, 1);
  if (!told) return refuse_errno("PKTINFO");
  return {};
}

Result<FileDescriptor> make_bound(int family, const PeerAddress& address,
                                  const UdpOptions& options) {
  FileDescriptor fd(socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (fd.get() < 0) return refuse_errno("socket");
  if (family == AF_INET6 &&
      !set_option(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, options.v6_only ? 1 : 0)) {
    return refuse_errno("IPV6_V6ONLY");
  }
  const auto share = [&fd] { return set_option(fd.get(), SOL_SOCKET, SO_REUSEPORT, 1); };
  if (options.sharing == PortSharing::kJoin && !share()) return refuse_errno("SO_REUSEPORT");
  SocketAddress name;
  socklen_t size = to_sockaddr(address, family, name);
  if (bind(fd.get(), &name.base, size) != 0) return refuse_errno("bind " + address.to_string());
  // Only now: had the first socket shared before it was bound, another program of the same user
  // that shares the port would go unnoticed and get half of the clients.
  if (options.sharing == PortSharing::kFirst && !share()) return refuse_errno("SO_REUSEPORT");
  return fd;
}

Result<FileDescriptor> make_socket(const UdpOptions& options) {
  if (options.bind.is_v4()) return make_bound(AF_INET, options.bind, options);
  auto fd = make_bound(AF_INET6, options.bind, options);
  if (fd || !all_zero(options.bind) || options.v6_only) return fd;
  // A host without IPv6: every address is then every IPv4 address.
  auto v4 = make_bound(AF_INET, PeerAddress::v4({0, 0, 0, 0}, options.bind.port), options);
  return v4 ? std::move(v4) : std::move(fd);
}

Result<FileDescriptor> adopt(int number) {
  FileDescriptor fd(number);
  int type = 0;
  socklen_t size = sizeof(type);
  if (getsockopt(fd.get(), SOL_SOCKET, SO_TYPE, &type, &size) != 0 || type != SOCK_DGRAM) {
    return refuse(LocalCode::kInvalidArgument, "the inherited descriptor is not a UDP socket");
  }
  int flags = fcntl(fd.get(), F_GETFL);
  if (flags < 0 || fcntl(fd.get(), F_SETFL, flags | O_NONBLOCK) < 0) return refuse_errno("fcntl");
  return fd;
}

}  // namespace

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  if (this != &other) FileDescriptor(std::exchange(fd_, other.release()));
  return *this;
}

FileDescriptor::~FileDescriptor() {
  if (fd_ >= 0) close(fd_);
}

int FileDescriptor::release() { return std::exchange(fd_, -1); }

Result<PreparedSocket> prepare_socket(const UdpOptions& options) {
  auto fd = options.adopted_fd >= 0 ? adopt(options.adopted_fd) : make_socket(options);
  if (!fd) return unexpected(fd.error());

  PreparedSocket prepared;
  prepared.fd = std::move(*fd);
  SocketAddress name{};
  socklen_t size = sizeof(name);
  if (getsockname(prepared.fd.get(), &name.base, &size) != 0) return refuse_errno("getsockname");
  prepared.family = name.base.sa_family;
  if (prepared.family != AF_INET && prepared.family != AF_INET6) {
    return refuse(LocalCode::kInvalidArgument, "the inherited descriptor is not a UDP socket");
  }
  prepared.local = from_sockaddr(name);
  prepared.wildcard = is_wildcard(prepared.local);
  if (auto set = set_options(prepared.fd.get(), prepared.family, options); !set) {
    return unexpected(set.error());
  }
  if (prepared.wildcard) {
    if (auto told = tell_destinations(prepared.fd.get(), prepared.family); !told) {
      return unexpected(told.error());
    }
  }
  return prepared;
}

std::size_t probe_segments_max() {
  FileDescriptor fd(socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  SocketAddress self;
  socklen_t size = to_sockaddr(PeerAddress::v4({127, 0, 0, 1}, 0), AF_INET, self);
  if (fd.get() < 0 || bind(fd.get(), &self.base, size) != 0 ||
      getsockname(fd.get(), &self.base, &size) != 0 ||
      !set_option(fd.get(), SOL_UDP, UDP_SEGMENT, 1)) {
    return 0;
  }
  static constexpr std::array<std::uint8_t, 128> kDatagramsOfOneByte{};
  for (std::size_t segments : {std::size_t{128}, std::size_t{64}}) {
    if (sendto(fd.get(), kDatagramsOfOneByte.data(), segments, 0, &self.base, size) > 0) {
      return segments;
    }
  }
  return 0;
}

}  // namespace jetstream::net
