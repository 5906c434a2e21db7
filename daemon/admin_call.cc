// SPDX-License-Identifier: MIT
#include "daemon/admin_call.h"

#include "daemon/admin_access.h"

namespace jetstream::daemon {

std::string join_ids(const std::vector<SessionId>& ids) {
  std::string joined;
  for (SessionId id : ids) joined += (joined.empty() ? "" : ",") + std::to_string(id.value());
  return joined;
}

std::string name_sessions(const std::vector<SessionId>& ids) {
  return (ids.size() == 1 ? "session " : "any of the sessions ") + join_ids(ids);
}

control::Failure no_such_session(const std::vector<SessionId>& ids) {
  return {
      control::ErrorCode::kNotFound,
      "there is no " + (ids.size() == 1 ? name_sessions(ids) : "such session: " + join_ids(ids)),
      "jsctl session list shows those there are"};
}

control::Failure lacks_role(const AdminCall& call, control::Access needed) {
  const uid_t uid = call.caller.credentials.uid;
  const control::CommandSpec& spec = control::spec_of(call.request.command);
  control::Failure failure{
      control::ErrorCode::kPermissionDenied,
      std::string(spec.name) + " needs role " + std::string(to_string(needed)) + "; you (uid " +
          std::to_string(uid) + ") have " + std::string(to_string(call.caller.role)),
      "ask for a role in admin.access of jetstreamd's configuration"};
  if (uid == kOverflowId) {
    failure.hint =
        "your user is unknown in jetstreamd's user namespace; run jsctl inside of its container";
  }
  return failure;
}

}  // namespace jetstream::daemon
