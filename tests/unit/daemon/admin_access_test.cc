// SPDX-License-Identifier: MIT
#include "daemon/admin/admin_access.h"

#include <catch2/catch.hpp>

namespace jetstream::daemon {
namespace {

using control::Access;

constexpr uid_t kOwn = 990;

ipc::PeerCredentials caller(uid_t uid, gid_t gid = 1000, std::vector<gid_t> groups = {}) {
  return {uid, gid, 1, std::move(groups)};
}

AccessRule user_rule(const std::string& user, AdminRole role) { return {user, "", role}; }
AccessRule group_rule(const std::string& group, AdminRole role) { return {"", group, role}; }

}  // namespace

TEST_CASE("Root and the daemon's own user are admin, anybody else nothing") {
  const AccessPolicy policy(kOwn);
  CHECK(policy.role_of(caller(0)) == Access::kAdmin);
  CHECK(policy.role_of(caller(kOwn)) == Access::kAdmin);
  CHECK(policy.role_of(caller(1000)) == Access::kNone);
  CHECK(policy.role_of(caller(1000, 0, {0})) == Access::kNone);
}

TEST_CASE("The greatest role of the user and all groups counts") {
  AccessPolicy policy(kOwn);
  CHECK(policy
            .add(std::vector{
                user_rule("1000", AdminRole::kRead), group_rule("2000", AdminRole::kOperate),
                group_rule("2001", AdminRole::kAdmin), group_rule("2001", AdminRole::kRead)})
            .empty());
  CHECK(policy.role_of(caller(1000)) == Access::kRead);
  CHECK(policy.role_of(caller(1000, 2000)) == Access::kOperate);
  CHECK(policy.role_of(caller(1001, 5, {6, 2000, 7})) == Access::kOperate);
  CHECK(policy.role_of(caller(1000, 5, {2000, 2001})) == Access::kAdmin);
  CHECK(policy.role_of(caller(2000)) == Access::kNone);
  CHECK(policy.role_of(caller(1001, 1000)) == Access::kNone);
}

TEST_CASE("Whoever lacks a role can be told the group that gives it, and no more than it") {
  AccessPolicy policy(kOwn);
  CHECK(policy.group_with(Access::kRead).empty());
  (void)policy.add(std::vector{
      user_rule("1000", AdminRole::kAdmin), group_rule("no-such-group", AdminRole::kRead),
      group_rule("65534", AdminRole::kRead), group_rule("2001", AdminRole::kAdmin),
      group_rule("2000", AdminRole::kOperate)});
  CHECK(policy.group_with(Access::kRead) == "2000");
  CHECK(policy.group_with(Access::kOperate) == "2000");
  CHECK(policy.group_with(Access::kAdmin) == "2001");
}

TEST_CASE("The overflow ids never have a role") {
  AccessPolicy policy(kOverflowId);
  policy.grant_user(kOverflowId, Access::kAdmin);
  policy.grant_group(kOverflowId, Access::kAdmin);
  CHECK(policy.role_of(caller(kOverflowId)) == Access::kNone);
  CHECK(policy.role_of(caller(1000, kOverflowId, {kOverflowId})) == Access::kNone);
}

TEST_CASE("Names are looked up, and those that nobody has are reported") {
  CHECK(find_user("root") == uid_t{0});
  CHECK(find_group("root") == gid_t{0});
  CHECK(find_user("1234") == uid_t{1234});
  CHECK_FALSE(find_user("no-such-user"));
  CHECK_FALSE(find_group("no-such-group"));
  CHECK_FALSE(find_user("12x"));
  CHECK_FALSE(find_group("4294967296"));

  AccessPolicy policy(kOwn);
  const auto unknown = policy.add(std::vector{user_rule("no-such-user", AdminRole::kAdmin),
                                              group_rule("root", AdminRole::kRead),
                                              group_rule("no-such-group", AdminRole::kAdmin)});
  CHECK(unknown == std::vector<std::string>{"no-such-user", "no-such-group"});
  CHECK(policy.role_of(caller(1000, 0)) == Access::kRead);
}

}  // namespace jetstream::daemon
