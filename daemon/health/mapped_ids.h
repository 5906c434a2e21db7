// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

#include "ipc/peer_credentials.h"

namespace jetstream::daemon {

/// Why the users that the admin socket shows may not be who they are, in words; empty if they are.
/// `own` is this process's user, `seen` what the socket showed when it connected to itself, and
/// `uid_map` the text of /proc/self/uid_map, empty if there is none: lines of a first id inside, a
/// first id outside, and how many (user_namespaces(7)).
std::string mapped_ids_trouble(uid_t own, const std::optional<ipc::PeerCredentials>& seen,
                               std::string_view uid_map);

/// /proc/self/uid_map; empty if it can't be read.
std::string read_uid_map();

}  // namespace jetstream::daemon
