// SPDX-License-Identifier: MIT
#include "base/token_bucket.h"

#include <algorithm>

#include "base/assert.h"

namespace jetstream::base {
namespace {

/// Neither a burst nor a single amount is larger, so that level and debt fit 64 bits.
constexpr std::uint64_t kAmountMax = (std::uint64_t{1} << 62) - 1;

constexpr auto kDebtMax = static_cast<std::int64_t>(kAmountMax);

std::int64_t clamped(std::uint64_t amount) {
  return static_cast<std::int64_t>(std::min(amount, kAmountMax));
}

/// Nanoseconds from `from` to `to`, which is no earlier; right over the whole range of Instant.
std::uint64_t between(Instant from, Instant to) {
  return static_cast<std::uint64_t>(to.time_since_epoch().count()) -
         static_cast<std::uint64_t>(from.time_since_epoch().count());
}

}  // namespace

bool TokenRate::valid() const {
  if (is_off()) return true;
  if (period <= Duration::zero() || burst == 0 || burst > kAmountMax) return false;
  const auto nanoseconds = static_cast<std::uint64_t>(period.count());
  return tokens <= (UINT64_MAX - nanoseconds) / nanoseconds;
}

TokenBucket::TokenBucket(const TokenRate& rate, Instant now)
    : rate_(rate), level_(clamped(rate.burst)), refilled_at_(now) {
  JS_ASSERT(rate.valid());
}

bool TokenBucket::check_and_consume(Instant now, std::uint64_t amount) {
  if (!has(now, amount)) return false;
  if (!rate_.is_off()) level_ -= clamped(amount);
  return true;
}

bool TokenBucket::has(Instant now, std::uint64_t amount) {
  if (rate_.is_off()) return true;
  refill(now);
  return covers(amount);
}

std::uint64_t TokenBucket::available(Instant now) {
  if (rate_.is_off()) return UINT64_MAX;
  refill(now);
  return static_cast<std::uint64_t>(std::max<std::int64_t>(level_, 0));
}

void TokenBucket::charge(Instant now, std::uint64_t amount) {
  if (rate_.is_off()) return;
  refill(now);
  // A debt that could never be paid off saturates.
  level_ = std::max(level_, clamped(amount) - kDebtMax) - clamped(amount);
}

std::uint64_t TokenBucket::consume_up_to(Instant now, std::uint64_t amount) {
  const std::uint64_t taken = std::min(available(now), amount);
  if (!rate_.is_off()) level_ -= static_cast<std::int64_t>(taken);
  return taken;
}

void TokenBucket::give_back(std::uint64_t amount) {
  if (rate_.is_off()) return;
  level_ = std::min(level_ + clamped(amount), clamped(rate_.burst));
  if (level_ == clamped(rate_.burst)) remainder_ = 0;
}

bool TokenBucket::covers(std::uint64_t amount) const {
  return level_ >= clamped(std::min(amount, rate_.burst));
}

void TokenBucket::refill(Instant now) {
  if (now <= refilled_at_) return;
  const std::uint64_t elapsed = between(refilled_at_, now);
  refilled_at_ = now;
  const auto missing = static_cast<std::uint64_t>(clamped(rate_.burst) - level_);
  const std::uint64_t periods = elapsed / period();
  const std::uint64_t part = elapsed % period() * rate_.tokens + remainder_;
  if (periods > missing / rate_.tokens || periods * rate_.tokens + part / period() >= missing) {
    level_ = clamped(rate_.burst);
    remainder_ = 0;
    return;
  }
  level_ += static_cast<std::int64_t>(periods * rate_.tokens + part / period());
  remainder_ = part % period();
}

Instant TokenBucket::ready_at(std::uint64_t amount) const {
  if (rate_.is_off() || covers(amount)) return refilled_at_;
  const auto missing = static_cast<std::uint64_t>(clamped(std::min(amount, rate_.burst)) - level_);
  const std::uint64_t periods = missing / rate_.tokens;
  const std::uint64_t left = between(refilled_at_, kNever);
  if (periods >= left / period()) return kNever;
  // ceil((missing * period - remainder) / tokens), in whole periods and the rest.
  const std::uint64_t rest = missing % rate_.tokens * period();
  const std::uint64_t wait =
      rest >= remainder_
          ? periods * period() + (rest - remainder_ + rate_.tokens - 1) / rate_.tokens
          : periods * period() - (remainder_ - rest) / rate_.tokens;
  return refilled_at_ + Duration(static_cast<std::int64_t>(wait));
}

void TokenBucket::set_rate(Instant now, const TokenRate& rate) {
  JS_ASSERT(rate.valid());
  if (rate == rate_) return;
  if (rate_.is_off() || rate.is_off()) {
    *this = TokenBucket(rate, std::max(now, refilled_at_));
    return;
  }
  refill(now);
  rate_ = rate;
  remainder_ = 0;
  level_ = std::min(level_, clamped(rate.burst));
}

}  // namespace jetstream::base
