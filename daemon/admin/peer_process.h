// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

namespace jetstream::daemon {

/// What /proc says of a process, each empty if it says nothing: it may be gone, or hidden from us,
/// or live in another pid namespace.
struct PeerProcess {
  std::optional<std::uint64_t> pid;
  std::string comm;      ///< Its name, at most 15 bytes; the process chooses it.
  std::string loginuid;  ///< Who logged in, whatever user they are now.
};
PeerProcess read_peer_process(pid_t pid);

}  // namespace jetstream::daemon
