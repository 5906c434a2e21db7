// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "jetstream/rate_limits.h"

namespace jetstream {

/// How large something was, each time it was looked at. Values are kept by size, in buckets of an
/// eighth or less of their value, so it is of fixed size however much there was. A value type:
/// adding two is exact.
class UsageHistogram {
 public:
  /// Counts one value. From 2^40 on, all are in one bucket.
  void add(std::uint64_t value);
  UsageHistogram& operator+=(const UsageHistogram& other);

  std::uint64_t count() const { return count_; }
  std::uint64_t sum() const { return sum_; }
  std::uint64_t max() const { return max_; }
  /// What `part` of the values (0 to 1) do not exceed, rounded up to the end of a bucket but never
  /// above max(); 0 if there is no value.
  std::uint64_t quantile(double part) const;
  /// By how much the values exceed `limit`, all together; where `limit` lies within a bucket, at
  /// most.
  double excess(std::uint64_t limit) const;

 private:
  static constexpr std::size_t kSteps = 8;  // of each doubling
  static constexpr std::size_t kExactBits = 4;
  static constexpr std::size_t kBitsMax = 40;
  static constexpr std::size_t kBuckets = 2 * kSteps + (kBitsMax - kExactBits) * kSteps + 1;
  static std::size_t bucket_of(std::uint64_t value);
  static std::uint64_t first_of(std::size_t bucket);

  struct Bucket {
    std::uint64_t count = 0;
    std::uint64_t sum = 0;
  };
  std::array<Bucket, kBuckets> buckets_{};
  std::uint64_t count_ = 0;
  std::uint64_t sum_ = 0;
  std::uint64_t max_ = 0;
};

/// How much of its limits a server was asked for: what limits should let pass can be read from it.
/// What a limit dropped counts; what it held back counts when it passes.
struct Usage {
  /// By RateLimit. One value for each session and second in which anything passed in that
  /// direction; the second begins with the first that passes. An endpoint fills those of sessions,
  /// and only while any limit is on; what is global is known where all endpoints are.
  std::array<UsageHistogram, kRateLimitCount> limits;
  /// One value for each source and second in which it began handshakes, given or not.
  UsageHistogram source_handshakes;
  /// One value for each session that began: how many its source had then, with it.
  UsageHistogram source_sessions;

  Usage& operator+=(const Usage& other);
};

}  // namespace jetstream
