// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "ipc/peer_credentials.h"
#include "jetstream/control.h"

namespace jetstream::daemon {

/// One use of a command that changes something, or an attempt at any command that was refused.
struct AuditRecord {
  ipc::PeerCredentials caller;
  control::Access role = control::Access::kNone;
  control::CommandId command = control::CommandId::kPing;
  std::string target;                       ///< Session ids, or what else the command was about.
  std::optional<control::ErrorCode> error;  ///< Nothing: it was done.
  std::uint64_t affected = 0;               ///< How many sessions it changed.
};

using Audit = std::function<void(const AuditRecord&)>;

/// Writes a record to the log, as admin.command or admin.refused.
void log_audit(const AuditRecord& record);

}  // namespace jetstream::daemon
