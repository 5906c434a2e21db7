// SPDX-License-Identifier: MIT
#include "jetstream/usage.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace jetstream {

/// Up to 15 each value has its own bucket; above, the highest four bits tell it.
std::size_t UsageHistogram::bucket_of(std::uint64_t value) {
  const auto bits = static_cast<std::size_t>(std::bit_width(value));
  if (bits <= kExactBits) return static_cast<std::size_t>(value);
  if (bits > kBitsMax) return kBuckets - 1;
  const std::uint64_t step = value >> (bits - kExactBits);  // kSteps to 2 * kSteps - 1
  return (bits - kExactBits) * kSteps + static_cast<std::size_t>(step);
}

std::uint64_t UsageHistogram::first_of(std::size_t bucket) {
  if (bucket < 2 * kSteps) return bucket;
  const std::size_t shift = bucket / kSteps - 1;
  return std::uint64_t{kSteps + bucket % kSteps} << shift;
}

void UsageHistogram::add(std::uint64_t value) {
  Bucket& bucket = buckets_[bucket_of(value)];
  ++bucket.count;
  bucket.sum += value;
  ++count_;
  sum_ += value;
  max_ = std::max(max_, value);
}

UsageHistogram& UsageHistogram::operator+=(const UsageHistogram& other) {
  for (std::size_t i = 0; i < kBuckets; ++i) {
    buckets_[i].count += other.buckets_[i].count;
    buckets_[i].sum += other.buckets_[i].sum;
  }
  count_ += other.count_;
  sum_ += other.sum_;
  max_ = std::max(max_, other.max_);
  return *this;
}

std::uint64_t UsageHistogram::quantile(double part) const {
  const auto wanted = static_cast<std::uint64_t>(std::ceil(part * static_cast<double>(count_)));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i + 1 < kBuckets; ++i) {
    seen += buckets_[i].count;
    if (seen >= wanted) return std::min(max_, first_of(i + 1) - 1);
  }
  return max_;
}

/// The most that values of a known number and sum between `first` and `last` can exceed a limit
/// between them is when each is one or the other.
double UsageHistogram::excess(std::uint64_t limit) const {
  const auto number = [](std::uint64_t value) { return static_cast<double>(value); };
  double excess = 0;
  for (std::size_t i = 0; i < kBuckets; ++i) {
    const Bucket& bucket = buckets_[i];
    const std::uint64_t first = first_of(i);
    const std::uint64_t last = i + 1 < kBuckets ? std::min(max_, first_of(i + 1) - 1) : max_;
    if (bucket.count == 0 || last <= limit) continue;
    if (first >= limit) {
      excess += number(bucket.sum) - number(bucket.count) * number(limit);
    } else {
      const double above = number(bucket.sum) - number(bucket.count) * number(first);
      excess += above / number(last - first) * number(last - limit);
    }
  }
  return excess;
}

Usage& Usage::operator+=(const Usage& other) {
  for (std::size_t i = 0; i < limits.size(); ++i) limits[i] += other.limits[i];
  source_handshakes += other.source_handshakes;
  source_sessions += other.source_sessions;
  return *this;
}

}  // namespace jetstream
