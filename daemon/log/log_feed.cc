// SPDX-License-Identifier: MIT
#include "daemon/log/log_feed.h"

#include <sys/eventfd.h>
#include <unistd.h>

namespace jetstream::daemon {
namespace {

/// How full the queue may be for a class to be taken: the more it matters, the later it is lost.
std::size_t share_of(EventClass event_class) {
  switch (event_class) {
    case EventClass::kDetail:
      return LogFeed::kRecords / 2;
    case EventClass::kSession:
      return LogFeed::kRecords * 3 / 4;
    case EventClass::kDaemon:
      return LogFeed::kRecords * 7 / 8;
    case EventClass::kAudit:
      break;
  }
  return LogFeed::kRecords;
}

}  // namespace

LogFeed::LogFeed() : queue_(kRecords), wakeup_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

bool LogFeed::has_room(EventClass event_class) {
  if (queue_.size_about() < share_of(event_class)) return true;
  lost_[static_cast<std::size_t>(event_class)].fetch_add(1, std::memory_order_relaxed);
  return false;
}

void LogFeed::push(EventClass event_class, LogRecord record) {
  if (!queue_.try_push(record)) {
    lost_[static_cast<std::size_t>(event_class)].fetch_add(1, std::memory_order_relaxed);
    return;
  }
  // The value is there before the flag is looked at, and acknowledge() clears the flag before it
  // looks for values: one of both sides sees the other.
  if (woken_.exchange(true, std::memory_order_acq_rel)) return;
  const std::uint64_t one = 1;
  // Can't fail: the counter is far from its end, since it is read before it is written again.
  [[maybe_unused]] const ssize_t written = ::write(wakeup_.get(), &one, sizeof one);
}

void LogFeed::acknowledge() {
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t size = ::read(wakeup_.get(), &count, sizeof count);
  woken_.exchange(false, std::memory_order_acq_rel);
}

std::uint64_t LogFeed::take_lost(EventClass event_class) {
  return lost_[static_cast<std::size_t>(event_class)].exchange(0, std::memory_order_relaxed);
}

}  // namespace jetstream::daemon
