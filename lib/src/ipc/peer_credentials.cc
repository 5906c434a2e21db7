// SPDX-License-Identifier: MIT
#include "ipc/peer_credentials.h"

#include <sys/socket.h>

#include <cerrno>

namespace jetstream::ipc {
namespace {

/// Most users have a handful of groups; the kernel says ERANGE and how many there are otherwise.
constexpr std::size_t kGroupsGuess = 32;

bool read_groups(int socket, std::vector<gid_t>& groups) {
  groups.resize(kGroupsGuess);
  for (int attempt = 0; attempt < 2; ++attempt) {
    auto size = static_cast<socklen_t>(groups.size() * sizeof(gid_t));
    const int result = ::getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &size);
    if (result != 0 && errno != ERANGE) break;
    groups.resize(size / sizeof(gid_t));
    if (result == 0) return true;
  }
  groups.clear();
  return false;
}

}  // namespace

std::optional<PeerCredentials> peer_credentials(int socket) {
  ucred who{};
  socklen_t size = sizeof(who);
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &who, &size) != 0) return std::nullopt;
  PeerCredentials credentials{who.uid, who.gid, who.pid, {}};
  if (!read_groups(socket, credentials.groups)) return std::nullopt;
  return credentials;
}

}  // namespace jetstream::ipc
