// SPDX-License-Identifier: MIT
#pragma once

#include <asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <optional>

#include "daemon/admin/admin_access.h"
#include "daemon/admin/admin_handlers.h"
#include "ipc/line_server.h"

namespace jetstream::daemon {

struct AdminServerOptions {
  ipc::LineServerOptions connections;
  /// After which a command that the workers do not answer is answered with `timeout`. What it was
  /// to change may still happen, and is audited then.
  std::chrono::milliseconds answer_timeout{10'000};
};

/// Joins the admin sockets and the handlers of its commands. On one io_context with one thread, no
/// worker's.
class AdminServer {
 public:
  /// `listener` comes from ipc::SocketFile, which has to outlive the server so that the file is
  /// gone only after it. `io` and what `backend` refers to must outlive the server.
  AdminServer(asio::io_context& io, ipc::FileDescriptor listener, AccessPolicy policy,
              const AdminBackend& backend, Audit audit, const AdminServerOptions& options = {});

  /// Serves a second socket, where nobody has more than role read, with as many connections of its
  /// own: those who only look never take a place from who has to act. At most once.
  void serve_readers(ipc::FileDescriptor listener);

  /// Counts from the next command on, for connections there are as well. A stream whose caller may
  /// not follow it any more ends now, with `permission_denied`, and so does its connection.
  void set_policy(AccessPolicy policy);
  std::size_t connection_count() const {
    return lines_.connection_count() + (readers_ ? readers_->connection_count() : 0);
  }
  const AdminTally& tally() const { return handlers_.tally(); }

 private:
  void on_line(std::string_view line, std::shared_ptr<ipc::Answer> answer, bool capped);

  asio::io_context& io_;
  std::shared_ptr<const AccessPolicy> policy_;
  AdminHandlers handlers_;
  AdminServerOptions options_;
  ipc::LineServer lines_;
  std::optional<ipc::LineServer> readers_;
};

}  // namespace jetstream::daemon
