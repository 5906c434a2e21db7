// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace jetstream::daemon {

/// What the kernel shows instead of a user or group that this user namespace does not know. Anybody
/// may be behind it, so it never has a role.
inline constexpr uid_t kOverflowId = 65534;

/// The id of a user or group of this machine, given by name or as a number. Nothing if there is
/// none.
std::optional<uid_t> find_user(const std::string& name);
std::optional<gid_t> find_group(const std::string& name);
/// Nothing if the user has no name here.
std::optional<std::string> find_user_name(uid_t user);

}  // namespace jetstream::daemon
