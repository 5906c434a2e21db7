// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <atomic>
#include <cstddef>

#include "jetstream/shared_limiter.h"

namespace jetstream::net {

/// The global limits of a process: one atomic number for each, and no lock.
class AtomicLimiter final : public SharedLimiter {
 public:
  using Options = SharedLimiterOptions;
  AtomicLimiter(const Options& options, Instant now);

  Shape shape(RateLimit limit) const override { return of(limit).shape; }
  std::uint64_t lease(Instant now, RateLimit limit, std::uint64_t at_most) override;
  void give_back(RateLimit limit, std::uint64_t amount) override;
  std::uint64_t available(Instant now, RateLimit limit) const override;
  Instant ready_at(RateLimit limit, std::uint64_t amount) const override;

 private:
  /// Two numbers on one scale tell it all: how many tokens have come since the start, which follows
  /// from the time exactly, and how many are gone, spent or lost to a full bucket.
  struct Bucket {
    Shape shape;
    std::atomic<std::uint64_t> gone = 0;
    // Keeps one from the next by a cache line, so that workers that lease messages don't slow those
    // that lease bytes.
    std::array<std::byte, 64> apart{};
  };

  Bucket& of(RateLimit limit);
  const Bucket& of(RateLimit limit) const;
  std::uint64_t come(const Bucket& bucket, Instant now) const;

  Instant start_;
  std::array<Bucket, 4> buckets_;
};

}  // namespace jetstream::net
