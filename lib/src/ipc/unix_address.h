// SPDX-License-Identifier: MIT
#pragma once

#include <sys/un.h>

#include <optional>
#include <string>

namespace jetstream::ipc {

/// The address of a socket in the file system; nothing if the path is empty or longer than the 107
/// bytes that the system takes (unix(7)).
std::optional<sockaddr_un> unix_address(const std::string& path);

/// The system's sentence for an errno value.
std::string system_message(int error);

}  // namespace jetstream::ipc
