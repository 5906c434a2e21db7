// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "jetstream/time.h"

namespace jetstream::base {

/// How fast tokens come back, and how many a bucket holds when it is full.
struct TokenRate {
  std::uint64_t tokens = 0;  ///< In one `period`; 0 is "off": no limit at all.
  Duration period = std::chrono::seconds(1);
  std::uint64_t burst = 0;

  bool is_off() const { return tokens == 0; }
  /// What a bucket can count with: a period above 0, a burst of 1 to 2^62 - 1, and tokens * period
  /// (in nanoseconds) + period below 2^64, which is 18 * 10^9 tokens a second.
  bool valid() const;
  friend bool operator==(const TokenRate&, const TokenRate&) = default;
};

/// A token bucket that never gains or loses a fraction of a token, however long it runs and however
/// often it is asked: what was not a whole token yet is kept as a remainder. It starts full. Time
/// that goes backwards counts as standing still.
///
/// A bucket that holds less than `amount` refuses it, with one exception: an amount above the burst
/// could never pass, so a full bucket lets it through and goes into debt. Over any time t it admits
/// no more than burst + tokens * t / period, and the one such amount.
class TokenBucket {
 public:
  TokenBucket(const TokenRate& rate, Instant now);

  /// Takes `amount` tokens, all or none; false if they are not there. An amount of 0 is refused
  /// only while there is debt.
  bool check_and_consume(Instant now, std::uint64_t amount);
  /// Whether check_and_consume() would take them.
  bool has(Instant now, std::uint64_t amount);
  /// Whole tokens that are there: 0 in debt, UINT64_MAX if off.
  std::uint64_t available(Instant now);
  /// Takes `amount` tokens whether they are there or not, into debt if need be.
  void charge(Instant now, std::uint64_t amount);
  /// Takes up to `amount` tokens and says how many.
  std::uint64_t consume_up_to(Instant now, std::uint64_t amount);
  /// Returns tokens that were taken and not needed. What the bucket can't hold is lost.
  void give_back(std::uint64_t amount);

  /// The first moment at which check_and_consume(amount) succeeds if nobody else takes any; may lie
  /// in the past. kNever if that is beyond all time.
  Instant ready_at(std::uint64_t amount) const;

  /// Another rate from now on. Tokens and debt stay, as far as the new burst holds them; a bucket
  /// that was off starts full.
  void set_rate(Instant now, const TokenRate& rate);
  const TokenRate& rate() const { return rate_; }

 private:
  void refill(Instant now);
  bool covers(std::uint64_t amount) const;
  std::uint64_t period() const { return static_cast<std::uint64_t>(rate_.period.count()); }

  TokenRate rate_;
  std::int64_t level_;           ///< Below 0 is debt.
  std::uint64_t remainder_ = 0;  ///< In 1/period of a token; less than a whole one.
  Instant refilled_at_;
};

}  // namespace jetstream::base
