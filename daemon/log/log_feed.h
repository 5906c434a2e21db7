// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>

#include "daemon/log/bounded_queue.h"
#include "daemon/log/log_record.h"
#include "ipc/file_descriptor.h"

namespace jetstream::daemon {

/// Events on their way from the threads that log to the main thread, where streams and the ring of
/// events are. Nobody waits: what finds no room is counted.
class LogFeed {
 public:
  /// So many wait at most: about 1 MiB, and what a fast reader takes in a few milliseconds.
  static constexpr std::size_t kRecords = 4096;

  LogFeed();

  // Any thread.

  /// Whether an event of this class would find room; counts it as lost if not.
  bool has_room(EventClass event_class);
  void push(EventClass event_class, LogRecord record);

  // The thread that reads.

  /// An eventfd(2) that is readable while something may be there. -1 if the process had none left:
  /// then nothing is ever told.
  int descriptor() const { return wakeup_.get(); }
  /// Call when the descriptor is readable, and pop() until there is nothing more.
  void acknowledge();
  std::optional<LogRecord> pop() { return queue_.try_pop(); }
  /// How many were lost since the last call.
  std::uint64_t take_lost(EventClass event_class);

 private:
  BoundedQueue<LogRecord> queue_;
  std::array<std::atomic<std::uint64_t>, 4> lost_{};
  std::atomic<bool> woken_ = false;
  ipc::FileDescriptor wakeup_;
};

}  // namespace jetstream::daemon
