// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/admin/admin_access.h"
#include "daemon/admin/admin_audit.h"
#include "daemon/admin/admin_backend.h"
#include "daemon/admin/admin_tally.h"

namespace jetstream::daemon {

/// Who asks, and what they may do.
struct AdminCaller {
  ipc::PeerCredentials credentials;
  control::Access role = control::Access::kNone;
  /// What they could do at a socket that does not cap it.
  control::Access granted = control::Access::kNone;
  /// By the read socket.
  bool capped = false;
  /// Who says so, for refusals; may be null.
  std::shared_ptr<const AccessPolicy> policy{};
};

/// What `policy` says of who is there; at the read socket nobody has more than role read.
AdminCaller caller_by(std::shared_ptr<const AccessPolicy> policy,
                      const ipc::PeerCredentials& credentials, bool capped);

/// Of the arguments in a record: enough for any that people type, too little to flood a log with.
inline constexpr std::size_t kAuditArgsBytesMax = 256;

/// Takes all lines of an answer, once. May be called after the handlers are gone.
using AdminReply = std::function<void(std::string lines)>;

/// An answer that goes on until it is finished or the caller leaves. Dropping it unfinished ends
/// the connection.
class AdminStream {
 public:
  virtual ~AdminStream() = default;
  /// Adds one line. Never waits: what a slow reader does not take is lost, and it is told how much.
  virtual void write(std::string_view line) = 0;
  /// Ends it with a result or error line.
  virtual void finish(std::string lines) = 0;
  /// The same, and the caller's connection ends with it.
  virtual void finish_and_close(std::string lines) = 0;
};

/// Makes the answer a stream that begins with the lines `first`, instead of a reply. `gone` is
/// called when the caller leaves before finish(). Null if they have left already.
using OpenAdminStream =
    std::function<std::shared_ptr<AdminStream>(std::string first, std::function<void()> gone)>;

/// One request on its way. Handlers move it into whatever goes on after the backend has answered,
/// since that may come when the handlers are gone.
struct AdminCall {
  control::Request request;
  AdminCaller caller;
  AdminReply reply;
  OpenAdminStream open_stream;
  Audit audit;
  std::shared_ptr<AdminTally> tally{};  ///< Null where nobody counts.
  control::UnixTime started{};
  PeerProcess process{};  ///< Of the caller, where it will be recorded.

  template <class Report>
  std::string result(const Report& report) const {
    return control::write_result(request.id, request.command, report);
  }
  template <class Row>
  std::string items(const std::vector<Row>& rows,
                    const std::vector<std::string>& fields = {}) const {
    std::string lines;
    for (const Row& row : rows) lines += control::write_item(request.id, row, fields);
    return lines;
  }
  template <class Row>
  std::string event(const Row& row) const {
    return control::write_event(request.id, row);
  }
  /// The line that ends an answer in place of a result.
  std::string error(const control::Failure& failure) const {
    if (tally) tally->add_error(request.command);
    return control::write_error(request.id, failure);
  }
  void fail(const control::Failure& failure) const { reply(error(failure)); }

  /// Without what depends on the outcome.
  AuditRecord new_record(std::string target, std::optional<control::ErrorCode> error,
                         std::uint64_t affected) const {
    AuditRecord made{caller.credentials, caller.role, request.command,
                     std::move(target),  error,       affected};
    made.at_read_socket = caller.capped;
    made.process = process;
    made.args = control::write_args(request.args).substr(0, kAuditArgsBytesMax);
    made.because = request.because.value_or("");
    made.started = started;
    made.request_id = request.request_id.value_or("");
    return made;
  }
  void record(std::string target, std::optional<control::ErrorCode> error,
              std::uint64_t affected) const {
    audit(new_record(std::move(target), error, affected));
  }
};

/// The role that a request takes: an argument may need a higher one than its command does.
control::Access needed_role(const control::Request& request);
/// The caller is not allowed to do this.
control::Failure lacks_role(const AdminCall& call, control::Access needed);
/// "session 17", or "any of the sessions 17,18".
std::string name_sessions(const std::vector<SessionId>& ids);
/// "17,18".
std::string join_ids(const std::vector<SessionId>& ids);
/// None of these sessions exists.
control::Failure no_such_session(const std::vector<SessionId>& ids);

}  // namespace jetstream::daemon
