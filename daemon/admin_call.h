// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/admin_audit.h"
#include "daemon/admin_backend.h"

namespace jetstream::daemon {

/// Who asks, and what they may do.
struct AdminCaller {
  ipc::PeerCredentials credentials;
  control::Access role = control::Access::kNone;
};

/// Takes all lines of an answer, once. May be called after the handlers are gone.
using AdminReply = std::function<void(std::string lines)>;

/// One request on its way. Handlers move it into whatever goes on after the backend has answered,
/// since that may come when the handlers are gone.
struct AdminCall {
  control::Request request;
  AdminCaller caller;
  AdminReply reply;
  Audit audit;

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
  void fail(const control::Failure& failure) const {
    reply(control::write_error(request.id, failure));
  }

  void record(std::string target, std::optional<control::ErrorCode> error,
              std::uint64_t affected) const {
    audit({caller.credentials, caller.role, request.command, std::move(target), error, affected});
  }
};

/// "session 17", or "any of the sessions 17,18".
std::string name_sessions(const std::vector<SessionId>& ids);
/// "17,18".
std::string join_ids(const std::vector<SessionId>& ids);
/// None of these sessions exists.
control::Failure no_such_session(const std::vector<SessionId>& ids);

}  // namespace jetstream::daemon
