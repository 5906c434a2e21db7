// SPDX-License-Identifier: MIT
#include "daemon/admin/admin_access.h"

#include <algorithm>

namespace jetstream::daemon {
namespace {

using control::Access;

Access access_of(AdminRole role) {
  switch (role) {
    case AdminRole::kRead:
      return Access::kRead;
    case AdminRole::kOperate:
      return Access::kOperate;
    case AdminRole::kAdmin:
      return Access::kAdmin;
  }
  return Access::kNone;
}

}  // namespace

std::vector<std::string> AccessPolicy::add(std::span<const AccessRule> rules) {
  std::vector<std::string> unknown;
  for (const AccessRule& rule : rules) {
    if (!rule.user.empty()) {
      if (const auto user = find_user(rule.user)) {
        grant_user(*user, access_of(rule.role));
      } else {
        unknown.push_back(rule.user);
      }
    } else if (const auto group = find_group(rule.group)) {
      grant_group(*group, access_of(rule.role));
      if (*group != kOverflowId) group_names_.emplace_back(access_of(rule.role), rule.group);
    } else {
      unknown.push_back(rule.group);
    }
  }
  return unknown;
}

void AccessPolicy::grant_user(uid_t user, Access role) {
  Access& granted = users_[user];
  granted = std::max(granted, role);
}

void AccessPolicy::grant_group(gid_t group, Access role) {
  Access& granted = groups_[group];
  granted = std::max(granted, role);
}

Access AccessPolicy::role_of(const ipc::PeerCredentials& caller) const {
  if (caller.uid == kOverflowId) return Access::kNone;
  if (caller.uid == 0 || caller.uid == own_user_) return Access::kAdmin;
  Access role = Access::kNone;
  if (const auto user = users_.find(caller.uid); user != users_.end()) role = user->second;
  const auto add_group = [&](gid_t id) {
    const auto group = groups_.find(id);
    if (id != kOverflowId && group != groups_.end()) role = std::max(role, group->second);
  };
  add_group(caller.gid);
  for (gid_t id : caller.groups) add_group(id);
  return role;
}

std::string AccessPolicy::group_with(Access role) const {
  const std::pair<Access, std::string>* best = nullptr;
  for (const auto& named : group_names_) {
    if (named.first >= role && (best == nullptr || named.first < best->first)) best = &named;
  }
  return best == nullptr ? std::string() : best->second;
}

}  // namespace jetstream::daemon
