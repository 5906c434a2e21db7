// SPDX-License-Identifier: MIT
#include "daemon/admin/admin_sockets.h"

#include "daemon/admin/admin_access.h"

namespace jetstream::daemon {
namespace {

Result<ipc::SocketFile> open_admin(const Config& config) {
  ipc::SocketFileOptions options;
  options.path = config.admin_socket.string();
  options.mode = static_cast<mode_t>(config.admin_socket_mode);
  if (!config.admin_socket_group.empty()) {
    options.group = find_group(config.admin_socket_group);
    if (!options.group) {
      return refuse(LocalCode::kSystem,
                    "admin.socket.group: there is no group " + config.admin_socket_group);
    }
  }
  return ipc::SocketFile::create(options);
}

/// Unlike the other socket's, its group has a default, which machines without the packages lack:
/// that must not keep the daemon from starting.
Result<ipc::SocketFile> open_readers(const Config& config, std::vector<std::string>& warnings) {
  const std::string& group = config.admin_read_socket_group;
  ipc::SocketFileOptions options;
  options.path = config.read_socket_path().string();
  options.mode = static_cast<mode_t>(config.admin_read_socket_mode);
  options.group = find_group(group);
  options.group_optional = true;
  auto file = ipc::SocketFile::create(options);
  if (!file) return file;
  const std::string instead = "; " + options.path + " has the daemon's own group instead: ";
  if (!options.group) {
    warnings.push_back("admin.read_socket.group: there is no group " + group + instead +
                       "groupadd --system " + group +
                       " and restart, or name another group, or set admin.read_socket.enabled: "
                       "false");
  } else if (!file->group_refused().empty()) {
    warnings.push_back("admin.read_socket.group: cannot give the socket to group " + group + " (" +
                       file->group_refused() + ")" + instead +
                       "the daemon's user has to be a member (SupplementaryGroups= in a unit)");
  }
  return file;
}

}  // namespace

Result<AdminSockets> open_admin_sockets(const Config& config) {
  auto admin = open_admin(config);
  if (!admin) return unexpected(admin.error());
  AdminSockets sockets{*std::move(admin), std::nullopt, {}};
  if (config.admin_read_socket_enabled) {
    auto readers = open_readers(config, sockets.warnings);
    if (!readers) return unexpected(readers.error());
    sockets.readers.emplace(*std::move(readers));
  }
  return sockets;
}

}  // namespace jetstream::daemon
