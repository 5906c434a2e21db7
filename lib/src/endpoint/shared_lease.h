// SPDX-License-Identifier: MIT
#pragma once

#include "jetstream/rate_limits.h"

namespace jetstream::endpoint {

/// This endpoint's part of one global limit: tokens leased from the process and spent here.
class SharedLease {
 public:
  /// Tokens that lie idle here could serve others.
  static constexpr Duration kKeptUnused = std::chrono::milliseconds(100);

  /// No limit at all.
  SharedLease() = default;
  /// `shared` must outlive the lease or its put_away().
  SharedLease(SharedLimiter& shared, RateLimit limit);

  bool is_off() const { return shape_.per_second == 0; }
  std::uint64_t per_second() const { return shape_.per_second; }
  /// Whether `amount` tokens are here, or could be leased just now; what could not all be leased
  /// stays for the next time. An amount above the burst needs only the burst.
  bool covers(Instant now, std::uint64_t amount);
  /// How many of `wanted` tokens covers() has brought here.
  std::uint64_t available(std::uint64_t wanted) const;
  /// Spends them, into debt if need be.
  void charge(std::uint64_t amount);
  /// When covers() may succeed.
  Instant ready_at(std::uint64_t amount) const;

  /// When tokens will have lain here for long enough; kNever if there are none.
  Instant return_at() const { return balance_ > 0 ? leased_at_ + kKeptUnused : kNever; }
  /// Returns them at once.
  void put_away();

 private:
  SharedLimiter* shared_ = nullptr;
  RateLimit limit_ = RateLimit::kGlobalMessagesReceived;
  SharedLimiter::Shape shape_;
  std::int64_t balance_ = 0;  ///< Below 0 is debt.
  Instant leased_at_;
};

}  // namespace jetstream::endpoint
