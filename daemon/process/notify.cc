// SPDX-License-Identifier: MIT
#include "daemon/process/notify.h"

#include <systemd/sd-daemon.h>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "net/clock.h"

namespace jetstream::daemon {
namespace {

// A line end would start another assignment.
std::string status_line(std::string_view status) {
  std::string line = "STATUS=" + std::string(status);
  std::replace(line.begin(), line.end(), '\n', ' ');
  return line;
}

/// As sd_notify(), which waits for room in the manager's queue of some ten messages.
void tell_if_room(const std::string& message) {
  const char* path = std::getenv("NOTIFY_SOCKET");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::size_t size = path == nullptr ? 0 : std::strlen(path);
  if (size == 0 || size >= sizeof(address.sun_path)) return;
  std::memcpy(address.sun_path, path, size);
  // systemd's word for an abstract address, whose name has no end but its length.
  const bool abstract = address.sun_path[0] == '@';
  if (abstract) address.sun_path[0] = '\0';
  const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return;
  ::sendto(fd, message.data(), message.size(), MSG_NOSIGNAL,
           reinterpret_cast<const sockaddr*>(&address),
           static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + size + (abstract ? 0 : 1)));
  ::close(fd);
}

}  // namespace

void notify_ready(std::string_view status) {
  sd_notify(0, ("READY=1\n" + status_line(status)).c_str());
}

ReloadingNotice::ReloadingNotice() {
  // The manager tells the READY=1 of this reload from an earlier one by the time (sd_notify(3)).
  const auto microseconds =
      std::chrono::duration_cast<std::chrono::microseconds>(net::clock_now().time_since_epoch());
  sd_notify(0, ("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(microseconds.count())).c_str());
}

ReloadingNotice::~ReloadingNotice() {
  if (owner_) sd_notify(0, "READY=1");
}

void notify_stopping(std::string_view status) {
  sd_notify(0, ("STOPPING=1\n" + status_line(status)).c_str());
}

void notify_progress(std::string_view status, std::chrono::microseconds within) {
  const std::string extend = "EXTEND_TIMEOUT_USEC=" + std::to_string(within.count()) + "\n";
  tell_if_room(extend + status_line(status));
}

std::optional<std::chrono::microseconds> watchdog_patience() {
  std::uint64_t microseconds = 0;
  if (sd_watchdog_enabled(0, &microseconds) <= 0) return std::nullopt;
  return std::chrono::microseconds(microseconds);
}

void notify_alive() { tell_if_room("WATCHDOG=1"); }

void notify_status(std::string_view status) { tell_if_room(status_line(status)); }

}  // namespace jetstream::daemon
