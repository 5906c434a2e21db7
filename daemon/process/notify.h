// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace jetstream::daemon {

/// Tells the service manager how the daemon is doing (sd_notify(3)). Nothing happens where nobody
/// asked for it, that is, without NOTIFY_SOCKET in the environment. Failures are of no consequence
/// and not reported. Each call is one datagram; call them on the main thread. What is told again
/// and again is dropped rather than waited for, if the manager does not read.
void notify_ready(std::string_view status);
void notify_stopping(std::string_view status);
/// Between its construction and its end the service manager knows that a reload is under way; the
/// end says that the daemon is ready again, however the reload went. Can be moved.
class ReloadingNotice {
 public:
  ReloadingNotice();
  ~ReloadingNotice();
  ReloadingNotice(ReloadingNotice&& other) noexcept : owner_(std::exchange(other.owner_, false)) {}
  ReloadingNotice& operator=(ReloadingNotice&&) = delete;

 private:
  bool owner_ = true;
};
/// The stop takes longer but goes on: the manager's patience starts over at `within`.
void notify_progress(std::string_view status, std::chrono::microseconds within);
/// Within which the manager wants to hear notify_alive() again and again (WatchdogSec= of the
/// unit); nullopt if it does not.
std::optional<std::chrono::microseconds> watchdog_patience();
/// All is well.
void notify_alive();
/// The line that `systemctl status` shows.
void notify_status(std::string_view status);

}  // namespace jetstream::daemon
