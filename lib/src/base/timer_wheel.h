// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "jetstream/time.h"

namespace jetstream::base {

/// One deadline for each of many numbered things (the slots of a session table). Arming, disarming
/// and expiring cost O(1) no matter how many others are armed: a deadline is filed by the highest
/// byte in which its tick differs from the current one, in one of 256 slots of that level, and
/// refiled once for each level it descends, four times at most. Four levels of 256 us ticks reach
/// 12.7 days, of 1 s ticks 136 years; what lies further waits aside. Not thread-safe; allocates
/// only when a number is larger than all before.
class TimerWheel {
 public:
  /// Fine enough for acknowledgements on a local network, coarse enough to batch (RFC 9002 asks
  /// for no more than 1 ms).
  static constexpr Duration kTick = std::chrono::microseconds(256);

  /// `start`: not later than any time this wheel will hear of; earlier deadlines are due at once.
  /// `tick`: how finely deadlines are told apart; whatever falls into the same one is one wake-up.
  explicit TimerWheel(Instant start, Duration tick = kTick);

  /// Replaces the deadline of `index`, which is below 2^31. kNever disarms.
  void arm(std::uint32_t index, Instant deadline);
  /// As arm(), but leaves an earlier deadline alone: for deadlines that keep moving away, where it
  /// is cheaper to look again when the old one comes than to move each time.
  void arm_earlier(std::uint32_t index, Instant deadline);
  void disarm(std::uint32_t index);
  bool armed(std::uint32_t index) const;

  /// Disarms and appends to `expired` everything whose deadline, rounded up to a tick, is not after
  /// `now`: nothing expires early, and at most one tick late. Earlier ticks come first.
  void poll(Instant now, std::vector<std::uint32_t>& expired);
  /// When to poll next, kNever if nothing is armed. Exact to the tick for deadlines less than 256
  /// ticks away; for others it may come earlier, and poll() then only brings them closer.
  Instant next() const;

 private:
  static constexpr std::size_t kLevels = 4;
  static constexpr std::size_t kSlots = 256;
  /// Lists behind those of the levels: beyond the last level, and due already.
  static constexpr std::uint32_t kFarList = kLevels * kSlots;
  static constexpr std::uint32_t kDueList = kFarList + 1;
  static constexpr std::uint32_t kLists = kDueList + 1;

  /// Links are entry numbers; in the first entry of a list `previous` is kHead plus the list.
  static constexpr std::uint32_t kHead = 0x8000'0000;
  static constexpr std::uint32_t kNone = 0xffff'ffff;
  struct Entry {
    std::uint64_t tick = 0;
    std::uint32_t next = kNone;
    std::uint32_t previous = kNone;  ///< kNone: not armed.
  };
  /// A list that has something, and the tick at which it is to be looked at.
  struct Occupied {
    std::uint32_t list = kNone;
    std::uint64_t tick = 0;
  };

  std::uint64_t tick_at_or_after(Instant deadline) const;
  std::uint32_t list_for(std::uint64_t tick) const;
  void link(std::uint32_t index);
  void unlink(std::uint32_t index);
  /// Empties a list and returns what was its first entry.
  std::uint32_t detach(std::uint32_t list);
  Occupied first_occupied() const;

  Instant start_;
  Duration tick_;
  /// All ticks up to this one have been dealt with.
  std::uint64_t current_ = 0;
  std::vector<Entry> entries_;
  std::array<std::uint32_t, kLists> heads_;
  /// A bit for every slot that has something.
  std::array<std::array<std::uint64_t, kSlots / 64>, kLevels> occupied_{};
};

}  // namespace jetstream::base
