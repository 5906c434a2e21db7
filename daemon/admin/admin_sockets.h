// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/config/config.h"
#include "ipc/socket_file.h"

namespace jetstream::daemon {

/// The socket files that jsctl talks to.
struct AdminSockets {
  ipc::SocketFile admin;
  std::optional<ipc::SocketFile> readers;  ///< Of admin.read_socket, unless that is off.
  /// What an operator should know: the group of the read socket is not what was asked for.
  std::vector<std::string> warnings;
};

/// Makes both, which also makes sure that no other instance runs. kSystem with a sentence for the
/// operator. Before threads are started (ipc::SocketFile).
Result<AdminSockets> open_admin_sockets(const Config& config);

}  // namespace jetstream::daemon
