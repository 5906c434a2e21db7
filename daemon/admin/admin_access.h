// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "daemon/config/accounts.h"
#include "daemon/config/config.h"
#include "ipc/peer_credentials.h"
#include "jetstream/control.h"

namespace jetstream::daemon {

/// Who may do what at the admin socket. A value: a reload makes another one.
class AccessPolicy {
 public:
  /// Root and `own_user`, nobody else.
  explicit AccessPolicy(uid_t own_user) : own_user_(own_user) {}

  /// Adds the rules of admin.access; returns the names that no user or group has, for a warning:
  /// a rule for a group that is created later must not keep the daemon from starting.
  std::vector<std::string> add(std::span<const AccessRule> rules);
  void grant_user(uid_t user, control::Access role);
  void grant_group(gid_t group, control::Access role);

  /// The greatest role that the caller's user or one of their groups gives.
  control::Access role_of(const ipc::PeerCredentials& caller) const;
  /// The group that a rule gives at least this role, and no greater one than another rule's: who
  /// lacks it can ask to be let in there. Empty if no rule does.
  std::string group_with(control::Access role) const;

 private:
  uid_t own_user_;
  std::unordered_map<uid_t, control::Access> users_;
  std::unordered_map<gid_t, control::Access> groups_;
  std::vector<std::pair<control::Access, std::string>> group_names_;
};

}  // namespace jetstream::daemon
