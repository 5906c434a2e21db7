// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <vector>

#include "daemon/log/log_record.h"

namespace jetstream::daemon {

/// The newest notable events, numbered from 1 on in the order in which the main thread got them.
/// What operators did, what the daemon did and what sessions did are kept apart, so that the one
/// that happens most does not push out the others.
class EventRing {
 public:
  struct Entry {
    std::uint64_t seq = 0;
    LogRecord record;
  };
  /// Remembered of each class but kDetail, of which nothing is.
  static constexpr std::size_t kKept = 1024;

  /// The number that the record got.
  std::uint64_t add(LogRecord record);
  /// So many events of this class never came; their numbers stay unused.
  void add_lost(EventClass event_class, std::uint64_t count);
  /// Of the newest event; 0 before the first.
  std::uint64_t last_seq() const { return last_seq_; }

  struct Replay {
    std::vector<const Entry*> entries;  ///< In the order of their numbers; until the next add().
    std::uint64_t missing = 0;          ///< At most so many that were wanted are gone.
  };
  /// Those of the wanted events whose number is above `since`.
  Replay since(std::uint64_t since, const LogEventSet& wanted) const;

 private:
  struct Class {
    std::deque<Entry> entries;
    std::uint64_t gone = 0;           ///< How many were forgotten or never came.
    std::uint64_t last_gone_seq = 0;  ///< The newest of them.
  };

  std::array<Class, 4> classes_;
  std::uint64_t last_seq_ = 0;
};

}  // namespace jetstream::daemon
