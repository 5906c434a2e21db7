// SPDX-License-Identifier: MIT
#include "daemon/config/accounts.h"

#include <grp.h>
#include <pwd.h>

#include <charconv>
#include <cstdint>
#include <vector>

#include "base/printable.h"

namespace jetstream::daemon {
namespace {

/// Room for one entry of the user or group database; a group with more than some thousand members
/// does not fit and counts as unknown.
constexpr std::size_t kEntryBytes = 64 * 1024;

std::optional<std::uint32_t> parse_id(const std::string& text) {
  std::uint32_t id = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, id);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return id;
}

}  // namespace

std::optional<uid_t> find_user(const std::string& name) {
  if (const auto id = parse_id(name)) return id;
  std::vector<char> room(kEntryBytes);
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwnam_r(name.c_str(), &entry, room.data(), room.size(), &found) != 0 || !found) {
    return std::nullopt;
  }
  return found->pw_uid;
}

std::optional<gid_t> find_group(const std::string& name) {
  if (const auto id = parse_id(name)) return id;
  std::vector<char> room(kEntryBytes);
  group entry{};
  group* found = nullptr;
  if (::getgrnam_r(name.c_str(), &entry, room.data(), room.size(), &found) != 0 || !found) {
    return std::nullopt;
  }
  return found->gr_gid;
}

std::optional<std::string> find_user_name(uid_t user) {
  std::vector<char> room(kEntryBytes);
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(user, &entry, room.data(), room.size(), &found) != 0 || !found) {
    return std::nullopt;
  }
  return base::printable(found->pw_name);
}

}  // namespace jetstream::daemon
