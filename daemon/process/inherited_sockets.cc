// SPDX-License-Identifier: MIT
#include "daemon/process/inherited_sockets.h"

#include <systemd/sd-daemon.h>

#include <algorithm>
#include <numeric>
#include <string>

#include "net/sockaddr.h"

namespace jetstream::daemon {
namespace {

// What server.listen and server.workers may have.
constexpr std::size_t kAddressesMax = 16;
constexpr std::size_t kSocketsOfAddressMax = 64;

constexpr const char* kSource = "the service manager";

Result<PeerAddress> address_of(int fd) {
  net::SocketAddress name{};
  socklen_t size = sizeof(name);
  int type = 0;
  socklen_t type_size = sizeof(type);
  const bool known = getsockname(fd, &name.base, &size) == 0 &&
                     getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &type_size) == 0;
  const bool internet =
      known && (name.base.sa_family == AF_INET || name.base.sa_family == AF_INET6);
  // Both families keep the port in the same place.
  if (!internet || type != SOCK_DGRAM || name.v4.sin_port == 0) {
    return refuse(LocalCode::kInvalidArgument,
                  "inherited descriptor " + std::to_string(fd) +
                      " is no bound UDP socket; the socket unit may only have ListenDatagram= with "
                      "addresses and ports");
  }
  return net::from_sockaddr(name);
}

std::string count_of(const InheritedSockets::Listener& listener) {
  return std::to_string(listener.fds.size()) + " for " + listener.address.to_string();
}

}  // namespace

Result<InheritedSockets> sort_sockets(std::span<const int> fds) {
  InheritedSockets sockets;
  for (const int fd : fds) {
    const auto address = address_of(fd);
    if (!address) return unexpected(address.error());
    auto& listeners = sockets.listeners;
    auto found = std::find_if(listeners.begin(), listeners.end(),
                              [&](const auto& known) { return known.address == *address; });
    if (found == listeners.end()) found = listeners.insert(found, {*address, {}});
    found->fds.push_back(fd);
  }
  if (sockets.listeners.size() > kAddressesMax) {
    return refuse(LocalCode::kInvalidArgument, "sockets for more than 16 addresses were inherited");
  }
  for (const auto& listener : sockets.listeners) {
    if (listener.fds.size() > kSocketsOfAddressMax) {
      return refuse(LocalCode::kInvalidArgument,
                    "more than 64 sockets were inherited: " + count_of(listener));
    }
    if (const auto& first = sockets.listeners.front(); listener.fds.size() != first.fds.size()) {
      return refuse(LocalCode::kInvalidArgument,
                    "every worker needs a socket for every address, but " + count_of(first) +
                        " and " + count_of(listener) + " were inherited");
    }
  }
  return sockets;
}

Result<InheritedSockets> take_inherited_sockets() {
  // The variables stay where they are: the daemon starts no other program.
  const int count = sd_listen_fds(0);
  if (count < 0) {
    return refuse(LocalCode::kSystem, "LISTEN_FDS of the environment can't be understood");
  }
  std::vector<int> fds(static_cast<std::size_t>(count));
  std::iota(fds.begin(), fds.end(), SD_LISTEN_FDS_START);
  return sort_sockets(fds);
}

Result<> apply_inherited_sockets(Config& config, const InheritedSockets& sockets) {
  if (sockets.empty()) return {};
  const auto workers = static_cast<std::uint32_t>(sockets.listeners.front().fds.size());
  if (config.workers && *config.workers != workers) {
    return refuse(LocalCode::kInvalidArgument,
                  "server.workers is " + std::to_string(*config.workers) + ", but " +
                      count_of(sockets.listeners.front()) +
                      " were inherited; say auto, or change the socket unit");
  }
  config.workers = workers;
  config.listen.clear();
  for (const auto& listener : sockets.listeners) config.listen.push_back(listener.address);
  config.origins["server.workers"] = kSource;
  config.origins["server.listen"] = kSource;
  return {};
}

}  // namespace jetstream::daemon
