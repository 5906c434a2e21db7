// SPDX-License-Identifier: MIT
#include "ipc/unix_address.h"

#include <sys/socket.h>

#include <cstring>
#include <system_error>

namespace jetstream::ipc {

std::optional<sockaddr_un> unix_address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof(address.sun_path)) return std::nullopt;
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

std::string system_message(int error) { return std::generic_category().message(error); }

}  // namespace jetstream::ipc
