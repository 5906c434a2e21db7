// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "jetstream/config.h"
#include "jetstream/time.h"
#include "stream/memory_budget.h"

namespace jetstream::stream {

/// What memory is held for. The two never compete within a session.
enum class MemoryUse : std::uint8_t { kReceiving, kSending };

/// A session's place in the budget: what it holds, whether it waits, and since when it holds more
/// than its part.
class MemoryAccount {
 public:
  /// How long a session may hold more than its part without a break, while memory is short.
  static constexpr Duration kPatience = std::chrono::seconds(10);

  /// `budget` may be null: then nothing is shared, and everything is allowed. `tag`: what the
  /// budget calls the session by when it wakes it.
  MemoryAccount(MemoryBudget* budget, std::uint32_t tag) : budget_(budget), tag_(tag) {}
  MemoryAccount(const MemoryAccount&) = delete;
  MemoryAccount& operator=(const MemoryAccount&) = delete;
  ~MemoryAccount() { stop_waiting(); }

  std::size_t held(MemoryUse use) const { return held_[index(use)]; }
  void add(MemoryUse use, std::size_t bytes) {
    held_[index(use)] += bytes;
    if (budget_ != nullptr) budget_->add(bytes);
  }
  void remove(MemoryUse use, std::size_t bytes) {
    held_[index(use)] -= bytes;
    if (budget_ == nullptr) return;
    budget_->remove(bytes);
    if (over_since_ != kNever && !is_over()) over_since_ = kNever;
    // What it wants to be free may be less by now.
    if (use == MemoryUse::kSending && wanted_free_ != kNothing) wait_for(0);
  }

  /// `more` may be 0: whether the session holds no more than its part.
  bool allows(MemoryUse use, std::size_t more) const {
    return budget_ == nullptr || budget_->allows(held(use), more);
  }
  std::size_t credit() const { return budget_ == nullptr ? SIZE_MAX : budget_->credit(); }
  bool roomy() const { return budget_ == nullptr || budget_->roomy(); }
  bool may_grow() const { return budget_ == nullptr || budget_->may_grow(); }
  /// The largest message that certainly fits some time: twice with its blocks, nine times in what
  /// has to be free.
  std::size_t message_bytes_max() const {
    return budget_ == nullptr ? SIZE_MAX
                              : budget_->bytes_max() / EndpointConfig::kMemoryMessagesMin;
  }

  /// To be woken when `more` may be taken.
  void wait_to_take(MemoryUse use, std::size_t more) {
    wait_for(MemoryBudget::wanted(held(use), more));
  }
  /// To be woken when credit() is at least `bytes`.
  void wait_for_credit(std::size_t bytes) { wait_for(MemoryBudget::kParts * bytes); }
  /// The budget has woken the session.
  void on_woken() { wanted_free_ = kNothing; }

  /// To be asked about once a second: whether more than its part was held for too long [LIM-8].
  bool overdue(Instant now) {
    if (budget_ == nullptr || budget_->roomy() || !is_over()) {
      over_since_ = kNever;
    } else if (over_since_ == kNever) {
      over_since_ = now;
    }
    return over_since_ != kNever && now - over_since_ >= kPatience;
  }
  /// There is something to ask about: what stays below the floor is nobody's trouble.
  bool worth_watching() const {
    return budget_ != nullptr &&
           (held_[0] > MemoryBudget::kFloorBytes || held_[1] > MemoryBudget::kFloorBytes);
  }

 private:
  static constexpr std::size_t index(MemoryUse use) { return static_cast<std::size_t>(use); }
  bool is_over() const {
    return !allows(MemoryUse::kReceiving, 0) || !allows(MemoryUse::kSending, 0);
  }
  void wait_for(std::size_t wanted_free) {
    if (budget_ == nullptr || wanted_free_ <= wanted_free) return;
    stop_waiting();
    wanted_free_ = wanted_free;
    budget_->wait(wanted_free_, tag_);
  }
  void stop_waiting() {
    if (wanted_free_ != kNothing) budget_->stop_waiting(wanted_free_, tag_);
    wanted_free_ = kNothing;
  }
  static constexpr std::size_t kNothing = SIZE_MAX;

  MemoryBudget* budget_;
  std::array<std::size_t, 2> held_{};
  std::size_t wanted_free_ = kNothing;
  Instant over_since_ = kNever;
  std::uint32_t tag_;
};

}  // namespace jetstream::stream
