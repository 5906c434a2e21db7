// SPDX-License-Identifier: MIT
#include "daemon/admin_call.h"

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

}  // namespace jetstream::daemon
