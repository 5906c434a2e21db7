// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>

#include "daemon/admin_audit.h"
#include "daemon/admin_backend.h"

namespace jetstream::daemon {

/// Who asks, and what they may do.
struct AdminCaller {
  ipc::PeerCredentials credentials;
  control::Access role = control::Access::kNone;
};

/// What answers the commands of the admin protocol: checks the role, asks the backend, makes lines
/// of what it says, and has every change audited. Knows no socket. One thread.
class AdminHandlers {
 public:
  /// Takes all lines of an answer, once. Is called by what the backend calls, so it may come after
  /// these handlers are gone.
  using Reply = std::function<void(std::string lines)>;

  /// `backend` must outlive the handlers.
  AdminHandlers(AdminBackend& backend, Audit audit) : backend_(backend), audit_(std::move(audit)) {}

  void handle(const control::Request& request, const AdminCaller& caller, Reply reply);

 private:
  AdminBackend& backend_;
  Audit audit_;
};

}  // namespace jetstream::daemon
