// SPDX-License-Identifier: MIT
#include "daemon/health/mapped_ids.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "daemon/admin/admin_access.h"

namespace jetstream::daemon {
namespace {

/// Whether every id below the overflow id is the same inside and outside. What is above may well
/// be missing: PrivateUsers=identity maps 65536 ids.
bool keeps_ids(std::string_view uid_map) {
  std::istringstream lines{std::string(uid_map)};
  std::uint64_t inside = 0;
  std::uint64_t outside = 0;
  std::uint64_t count = 0;
  std::uint64_t kept = 0;
  while (lines >> inside >> outside >> count) {
    // The kernel sorts long maps only; one in pieces is nobody's who wants to keep the ids.
    if (inside != outside || inside != kept) return false;
    kept += count;
  }
  return kept >= kOverflowId;
}

/// On one line, with single blanks.
std::string words_of(std::string_view uid_map) {
  std::istringstream words{std::string(uid_map)};
  std::string text;
  for (std::string word; words >> word;) text += (text.empty() ? "" : " ") + word;
  return text;
}

}  // namespace

std::string mapped_ids_trouble(uid_t own, const std::optional<ipc::PeerCredentials>& seen,
                               std::string_view uid_map) {
  if (!seen) return "the kernel does not tell who connects to the admin socket";
  if (seen->uid != own) {
    return "the admin socket shows the daemon itself, uid " + std::to_string(own) + ", as " +
           std::to_string(seen->uid);
  }
  if (uid_map.empty() || keeps_ids(uid_map)) return "";
  return "user ids are mapped (/proc/self/uid_map: " + words_of(uid_map) + ")";
}

std::string read_uid_map() {
  std::ifstream file("/proc/self/uid_map");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace jetstream::daemon
