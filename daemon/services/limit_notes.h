// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>

#include "base/token_bucket.h"

namespace jetstream::daemon {

/// Which of the many times that a session is limited become a line of the log: the first, and then
/// one in a while, so that nobody can fill the log by sending too much. One thread.
class LimitNotes {
 public:
  /// Of one session.
  static constexpr Duration kInterval = std::chrono::seconds(10);
  /// Of all sessions together, as many lines a second as somebody can read.
  static constexpr std::uint64_t kLinesPerSecond = 10;

  /// `times`: how often the session was limited in all. How many of them no line has told of, if
  /// this one is to be told.
  std::optional<std::uint64_t> take(Instant now, std::uint64_t session, std::uint64_t times);
  /// The session is over.
  void forget(std::uint64_t session) { sessions_.erase(session); }

 private:
  struct Told {
    Instant next_at;
    std::uint64_t times = 0;
  };

  std::unordered_map<std::uint64_t, Told> sessions_;
  base::TokenBucket lines_{{.tokens = kLinesPerSecond, .burst = kLinesPerSecond}, Instant{}};
};

}  // namespace jetstream::daemon
