// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <optional>
#include <vector>

namespace jetstream::ipc {

/// Who connected, as the kernel recorded it when they did.
struct PeerCredentials {
  uid_t uid = 0;
  gid_t gid = 0;              ///< The primary group.
  pid_t pid = 0;              ///< 0 from another pid namespace.
  std::vector<gid_t> groups;  ///< The supplementary groups, in which a role usually lies.
};

/// Reads SO_PEERCRED and SO_PEERGROUPS of a connected Unix socket; nothing if the system refuses.
std::optional<PeerCredentials> peer_credentials(int socket);

}  // namespace jetstream::ipc
