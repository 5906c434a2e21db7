// SPDX-License-Identifier: MIT
#include "daemon/admin/peer_process.h"

#include <fstream>

namespace jetstream::daemon {
namespace {

/// What the kernel says where nobody has logged in.
constexpr std::string_view kNoLogin = "4294967295";

std::string first_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

}  // namespace

PeerProcess read_peer_process(pid_t pid) {
  if (pid <= 0) return {};
  const std::string folder = "/proc/" + std::to_string(pid) + "/";
  PeerProcess process{static_cast<std::uint64_t>(pid), first_line(folder + "comm"),
                      first_line(folder + "loginuid")};
  if (process.loginuid == kNoLogin) process.loginuid.clear();
  return process;
}

}  // namespace jetstream::daemon
