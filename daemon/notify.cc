// SPDX-License-Identifier: MIT
#include "daemon/notify.h"

#include <systemd/sd-daemon.h>

#include <algorithm>
#include <cstdint>

namespace jetstream::daemon {
namespace {

// A line end would start another assignment.
std::string status_line(std::string_view status) {
  std::string line = "STATUS=" + std::string(status);
  std::replace(line.begin(), line.end(), '\n', ' ');
  return line;
}

}  // namespace

void notify_ready(std::string_view status) {
  sd_notify(0, ("READY=1\n" + status_line(status)).c_str());
}

void notify_stopping(std::string_view status) {
  sd_notify(0, ("STOPPING=1\n" + status_line(status)).c_str());
}

void notify_progress(std::string_view status, std::chrono::microseconds within) {
  const std::string extend = "EXTEND_TIMEOUT_USEC=" + std::to_string(within.count()) + "\n";
  sd_notify(0, (extend + status_line(status)).c_str());
}

std::optional<std::chrono::microseconds> watchdog_patience() {
  std::uint64_t microseconds = 0;
  if (sd_watchdog_enabled(0, &microseconds) <= 0) return std::nullopt;
  return std::chrono::microseconds(microseconds);
}

void notify_alive() { sd_notify(0, "WATCHDOG=1"); }

void notify_status(std::string_view status) { sd_notify(0, status_line(status).c_str()); }

}  // namespace jetstream::daemon
