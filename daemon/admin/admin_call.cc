// SPDX-License-Identifier: MIT
#include "daemon/admin/admin_call.h"

#include <algorithm>

namespace jetstream::daemon {
namespace {

bool has_overflow_group(const ipc::PeerCredentials& caller) {
  return caller.gid == kOverflowId ||
         std::find(caller.groups.begin(), caller.groups.end(), kOverflowId) != caller.groups.end();
}

/// What somebody who is refused can do about it.
std::string way_to_role(const AdminCaller& caller, control::Access needed) {
  if (caller.credentials.uid == kOverflowId) {
    return "65534 stands for any user that is unknown in jetstreamd's user namespace, so it never "
           "has a role: run jsctl inside of its container, or as another user";
  }
  if (caller.granted >= needed) {
    return "ask at the admin socket instead: there you have role " +
           std::string(to_string(caller.granted));
  }
  if (caller.granted == control::Access::kNone && has_overflow_group(caller.credentials)) {
    return "your group 65534 stands for any that is unknown in jetstreamd's user namespace, so it "
           "never gives a role: run jsctl inside of its container, or as a member of another group";
  }
  const std::string group = caller.policy ? caller.policy->group_with(needed) : "";
  const std::string rule = "for a role in admin.access of jetstreamd's configuration";
  return group.empty() ? "ask " + rule : "ask to be added to group " + group + ", or " + rule;
}

}  // namespace

AdminCaller caller_by(std::shared_ptr<const AccessPolicy> policy,
                      const ipc::PeerCredentials& credentials, bool capped) {
  const control::Access granted = policy->role_of(credentials);
  const control::Access role = capped ? std::min(granted, control::Access::kRead) : granted;
  return {credentials, role, granted, capped, std::move(policy)};
}

/// log.tail of one session looks into what one client does.
control::Access needed_role(const control::Request& request) {
  const auto* tail = std::get_if<control::LogTailArgs>(&request.args);
  if (tail != nullptr && tail->session) return control::Access::kOperate;
  return control::spec_of(request.command).access;
}

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
  return {control::ErrorCode::kPermissionDenied,
          std::string(spec.name) + " needs role " + std::string(to_string(needed)) + "; you (uid " +
              std::to_string(uid) + ") have " + std::string(to_string(call.caller.role)) +
              (call.caller.capped ? " at the read socket" : ""),
          way_to_role(call.caller, needed)};
}

}  // namespace jetstream::daemon
