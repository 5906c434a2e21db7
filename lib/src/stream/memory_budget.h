// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <utility>

namespace jetstream::stream {

/// The memory that the sessions of an endpoint share for what they buffer, in bytes as allocated.
///
/// Nothing is reserved for anybody. A session may hold an eighth of what is free then, for
/// receiving and for sending apart (dynamic thresholds: Choudhury and Hahne, 1998; docs/adr/0016).
/// So n sessions that take all they can get leave 1/(1 + n/4) of it, or (64/81)^n if they come one
/// after the other, and what a session receives never takes away what it needs to send.
class MemoryBudget {
 public:
  /// A session may hold one part in so many of what is free.
  static constexpr std::size_t kParts = 8;
  /// And this much however little is free: the beginning of a stream, a small answer. The sum over
  /// all sessions can go beyond the budget by it.
  static constexpr std::size_t kFloorBytes = 16 * 1024;
  explicit MemoryBudget(std::size_t bytes_max) : bytes_max_(bytes_max) {}
  MemoryBudget(const MemoryBudget&) = delete;
  MemoryBudget& operator=(const MemoryBudget&) = delete;

  /// Another budget from now on. What is held beyond it stays until it is given back.
  void set_bytes_max(std::size_t bytes_max) { bytes_max_ = bytes_max; }
  void add(std::size_t bytes) {
    held_ += bytes;
    peak_ = std::max(peak_, held_);
  }
  void remove(std::size_t bytes) { held_ -= bytes; }

  std::size_t bytes_max() const { return bytes_max_; }
  std::size_t held() const { return held_; }
  /// The most that was ever held.
  std::size_t peak() const { return peak_; }
  std::size_t free() const { return held_ < bytes_max_ ? bytes_max_ - held_ : 0; }

  /// Whether a session that holds `held` for one use may take `more` for it.
  bool allows(std::size_t held, std::size_t more) const {
    return held + more <= kFloorBytes || wanted(held, more) <= free();
  }
  /// How much has to be free so that it may.
  static std::size_t wanted(std::size_t held, std::size_t more) {
    return kParts * (held + more) + more;
  }
  /// New credit reaches no further than this beyond what was consumed.
  std::size_t credit() const { return std::max(kFloorBytes, free() / kParts); }
  /// At least half is free: windows are what was configured, and idle blocks may be kept.
  bool roomy() const { return free() >= bytes_max_ / 2; }
  /// At least a quarter is free.
  bool may_grow() const { return free() >= bytes_max_ / 4; }

  // Who waits: one entry for a session, those that want least first.

  void wait(std::size_t wanted_free, std::uint32_t tag) { waiting_.emplace(wanted_free, tag); }
  void stop_waiting(std::size_t wanted_free, std::uint32_t tag) {
    waiting_.erase({wanted_free, tag});
  }
  bool wakes() const { return !waiting_.empty() && waiting_.begin()->first <= free(); }
  /// One that may have what it wanted; it waits no longer.
  std::optional<std::uint32_t> take_woken() {
    if (!wakes()) return std::nullopt;
    return waiting_.extract(waiting_.begin()).value().second;
  }
  std::size_t waiting() const { return waiting_.size(); }

 private:
  std::size_t bytes_max_;
  std::size_t held_ = 0;
  std::size_t peak_ = 0;
  std::set<std::pair<std::size_t, std::uint32_t>> waiting_;
};

}  // namespace jetstream::stream
