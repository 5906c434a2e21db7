// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "jetstream/time.h"

namespace jetstream::daemon {

/// How many durations fell under each of a few fixed bounds. A value: adding two is exact.
class Histogram {
 public:
  static constexpr std::size_t kBoundsMax = 15;

  /// `bounds`: at most kBoundsMax seconds, ascending; must outlive the histogram.
  explicit Histogram(std::span<const double> bounds) : bounds_(bounds) {}

  void add(Duration duration) {
    const double seconds = std::chrono::duration<double>(duration).count();
    std::size_t bucket = 0;
    while (bucket < bounds_.size() && seconds > bounds_[bucket]) ++bucket;
    ++counts_[bucket];
    ++count_;
    sum_seconds_ += seconds;
  }

  /// Of the same bounds.
  Histogram& operator+=(const Histogram& other) {
    for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
    count_ += other.count_;
    sum_seconds_ += other.sum_seconds_;
    return *this;
  }

  std::span<const double> bounds() const { return bounds_; }
  /// At most bounds()[bucket] and more than the bound before; the last, bounds().size(), has none.
  std::uint64_t in_bucket(std::size_t bucket) const { return counts_[bucket]; }
  std::uint64_t count() const { return count_; }
  double sum_seconds() const { return sum_seconds_; }

 private:
  std::span<const double> bounds_;
  std::array<std::uint64_t, kBoundsMax + 1> counts_{};
  std::uint64_t count_ = 0;
  double sum_seconds_ = 0;
};

}  // namespace jetstream::daemon
