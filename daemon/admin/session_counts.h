// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

namespace jetstream::daemon {

/// Counts of sessions, which take a while because the workers are asked, one after the other. Tells
/// whoever waits for a number only of counts that were begun after they began to wait: an older one
/// may have missed what they did just before.
class SessionCounts {
 public:
  /// Stands for a moment between two counts.
  using Moment = std::uint64_t;
  Moment now() const { return begun_; }

  /// A count is asked for and has not come yet.
  bool under_way() const { return under_way_; }
  /// None is under way; ends with end().
  void begin() {
    ++begun_;
    under_way_ = true;
  }
  void end(std::uint64_t sessions) {
    under_way_ = false;
    sessions_ = sessions;
  }

  /// The last count that has come, if it was begun after `moment`.
  std::optional<std::uint64_t> since(Moment moment) const {
    const Moment last = under_way_ ? begun_ - 1 : begun_;
    return last > moment ? sessions_ : std::nullopt;
  }

 private:
  Moment begun_ = 0;
  bool under_way_ = false;
  std::optional<std::uint64_t> sessions_;
};

}  // namespace jetstream::daemon
