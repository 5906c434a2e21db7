// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "daemon/admin/peer_process.h"
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
  PeerProcess process{};
  std::string args{};           ///< As JSON, without secrets, and cut if they are long.
  std::string because{};        ///< What the caller said about it.
  control::UnixTime started{};  ///< When the request came.
  std::string request_id{};     ///< What the caller called it.
  bool at_read_socket = false;  ///< Where it came by; else at the admin socket.
  bool repeated = false;        ///< It had been done before, and was answered as then.
  /// Of commands of the configuration: what ran before and what runs now.
  std::string digest_before{};
  std::string digest_after{};
};

using Audit = std::function<void(const AuditRecord&)>;

/// Writes records to the log, as admin.command or admin.refused, and numbers them: a number that is
/// missing is a record that is.
class AuditLog {
 public:
  AuditLog() = default;
  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;
  void operator()(const AuditRecord& record);

 private:
  std::uint64_t records_ = 0;
};

}  // namespace jetstream::daemon
