// SPDX-License-Identifier: MIT
#include "daemon/app/limit_usage.h"

#include <cmath>
#include <utility>

namespace jetstream::daemon {

void LimitUsage::add(const Usage& usage) { slices_.back().usage += usage; }

void LimitUsage::turn(Instant now) {
  slices_.push_back({.began = now, .usage = {}});
  if (slices_.size() > kSlices) slices_.pop_front();
}

void LimitUsage::look(Instant now, const EndpointStats& total) {
  const auto before = std::exchange(passed_, total.rate_limit_passed);
  const auto looked_at = std::exchange(looked_at_, now);
  if (!looked_at || now <= *looked_at) return;
  const double seconds = std::chrono::duration<double>(now - *looked_at).count();
  for (auto i = static_cast<std::size_t>(RateLimit::kGlobalMessagesReceived); i < kRateLimitCount;
       ++i) {
    if (passed_[i] <= before[i]) continue;
    const double rate = static_cast<double>(passed_[i] - before[i]) / seconds;
    slices_.back().usage.limits[i].add(static_cast<std::uint64_t>(std::ceil(rate)));
  }
}

LimitUsage::Seen LimitUsage::seen(Instant now) const {
  Seen seen{.usage = {}, .time = now - slices_.front().began};
  for (const Slice& slice : slices_) seen.usage += slice.usage;
  return seen;
}

}  // namespace jetstream::daemon
