// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <optional>

#include "jetstream/stats.h"
#include "jetstream/usage.h"

namespace jetstream::daemon {

/// What was asked of the limits during the last day, put together from all endpoints. Of fixed
/// size. A value without clock or thread.
class LimitUsage {
 public:
  /// What is older than kSlices slices is forgotten, a slice at a time.
  static constexpr Duration kSlice = std::chrono::hours(1);
  static constexpr std::size_t kSlices = 24;

  explicit LimitUsage(Instant now) { slices_.push_back({.began = now, .usage = {}}); }

  /// What an endpoint has seen since it was asked last.
  void add(const Usage& usage);
  /// To be called about once a second with the counters of all endpoints: what has passed of the
  /// global limits since.
  void look(Instant now, const EndpointStats& total);
  /// A slice is over: all endpoints should be asked, and then turn() be called.
  bool is_due(Instant now) const { return now - slices_.back().began >= kSlice; }
  void turn(Instant now);

  struct Seen {
    Usage usage;
    Duration time{};
  };
  Seen seen(Instant now) const;

 private:
  struct Slice {
    Instant began;
    Usage usage;
  };

  std::deque<Slice> slices_;
  std::optional<Instant> looked_at_;
  std::array<std::uint64_t, kRateLimitCount> passed_{};
};

}  // namespace jetstream::daemon
