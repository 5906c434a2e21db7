// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "jetstream/event.h"

namespace jetstream::daemon {

/// Who or what ended a session, in one word for people and filters: peer, admin:UID (admin: a
/// reload), drain, idle, limit, internal, protocol_error:CODE, or local for what the daemon's
/// services decide. `admin` is whoever closed it over the admin socket.
std::string close_cause(const CloseInfo& why, std::optional<uid_t> admin);

}  // namespace jetstream::daemon
