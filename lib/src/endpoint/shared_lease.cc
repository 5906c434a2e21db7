// SPDX-License-Identifier: MIT
#include "endpoint/shared_lease.h"

#include <algorithm>

namespace jetstream::endpoint {

SharedLease::SharedLease(SharedLimiter& shared, RateLimit limit)
    : shared_(&shared), limit_(limit), shape_(shared.shape(limit)) {}

bool SharedLease::covers(Instant now, std::uint64_t amount) {
  if (is_off()) return true;
  const auto needed = static_cast<std::int64_t>(std::min(amount, shape_.burst));
  if (balance_ >= needed) return true;
  const auto missing = static_cast<std::uint64_t>(needed - balance_);
  const std::uint64_t leased =
      shared_->lease(now, limit_, std::max(std::min(missing, shape_.burst), shape_.lease));
  if (leased > 0) leased_at_ = now;
  balance_ += static_cast<std::int64_t>(leased);
  return balance_ >= needed;
}

std::uint64_t SharedLease::available(std::uint64_t wanted) const {
  if (is_off()) return wanted;
  return std::min(wanted, static_cast<std::uint64_t>(std::max<std::int64_t>(balance_, 0)));
}

void SharedLease::charge(std::uint64_t amount) {
  if (!is_off()) balance_ -= static_cast<std::int64_t>(amount);
}

Instant SharedLease::ready_at(std::uint64_t amount) const {
  const auto needed = static_cast<std::int64_t>(std::min(amount, shape_.burst));
  if (is_off() || balance_ >= needed) return Instant{};
  // A deep debt is paid off in several leases.
  return shared_->ready_at(limit_,
                           std::min(static_cast<std::uint64_t>(needed - balance_), shape_.burst));
}

void SharedLease::put_away() {
  if (balance_ <= 0) return;
  shared_->give_back(limit_, static_cast<std::uint64_t>(balance_));
  balance_ = 0;
}

}  // namespace jetstream::endpoint
