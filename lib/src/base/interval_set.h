// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <span>

namespace jetstream::base {

/// The numbers begin <= x < end.
struct Interval {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;

  std::uint64_t size() const { return end - begin; }
  friend bool operator==(const Interval&, const Interval&) = default;
};

/// A set of 64-bit numbers that tends to consist of few contiguous runs: bytes of a stream, packet
/// numbers. Kept as sorted disjoint intervals that do not even touch. The first kInlineIntervals of
/// them live in the object; only a set with more holes than that allocates, and it gives the memory
/// back once it is (nearly) whole again. Changes cost O(log n) to find the place plus moving what
/// lies behind it; changes at the end move nothing.
class IntervalSet {
 public:
  /// In order one interval suffices, two bridge a single loss.
  static constexpr std::size_t kInlineIntervals = 2;

  using const_iterator = const Interval*;
  using const_reverse_iterator = std::reverse_iterator<const_iterator>;

  IntervalSet() = default;
  IntervalSet(const IntervalSet& other);
  IntervalSet(IntervalSet&& other) noexcept;
  IntervalSet& operator=(const IntervalSet& other);
  IntervalSet& operator=(IntervalSet&& other) noexcept;
  ~IntervalSet() = default;

  /// Adds [begin, end), joining what it overlaps or touches. An empty range changes nothing.
  void insert(std::uint64_t begin, std::uint64_t end);
  /// Takes [begin, end) out, splitting an interval if it lies inside one.
  void erase(std::uint64_t begin, std::uint64_t end);
  /// Removes and returns the lowest interval. Not to be called on an empty set.
  Interval pop_front();
  void clear();

  bool contains(std::uint64_t value) const;
  /// Whether every number of [begin, end) is in the set; true for an empty range.
  bool covers(std::uint64_t begin, std::uint64_t end) const;
  /// Whether any number of [begin, end) is in the set.
  bool overlaps(std::uint64_t begin, std::uint64_t end) const;
  /// The lowest number >= `from` that is not in the set.
  std::uint64_t first_missing(std::uint64_t from) const;
  /// The lowest run of numbers within [begin, end) that are not in the set.
  std::optional<Interval> first_gap(std::uint64_t begin, std::uint64_t end) const;

  bool empty() const { return size_ == 0; }
  /// How many intervals, not how many numbers.
  std::size_t size() const { return size_; }
  /// Lowest and highest interval. Not to be called on an empty set.
  const Interval& front() const;
  const Interval& back() const;

  /// Ascending; every change of the set invalidates iterators.
  const_iterator begin() const { return data(); }
  const_iterator end() const { return data() + size_; }
  /// Descending.
  const_reverse_iterator rbegin() const { return const_reverse_iterator(end()); }
  const_reverse_iterator rend() const { return const_reverse_iterator(begin()); }
  std::span<const Interval> intervals() const { return {data(), size_}; }

  /// Bytes held outside the object.
  std::size_t allocated_bytes() const { return heap_ ? capacity_ * sizeof(Interval) : 0; }

  friend bool operator==(const IntervalSet& a, const IntervalSet& b);

 private:
  const Interval* data() const { return heap_ ? heap_.get() : inline_.data(); }
  Interval* data() { return heap_ ? heap_.get() : inline_.data(); }
  /// Index of the first interval whose end is >= value (> value with `past`).
  std::size_t find(std::uint64_t value, bool past) const;
  /// Replaces the intervals first..last-1 by the given ones (at most two).
  void replace(std::size_t first, std::size_t last, std::span<const Interval> with);
  void reallocate(std::size_t capacity);

  std::array<Interval, kInlineIntervals> inline_{};
  std::unique_ptr<Interval[]> heap_;
  std::uint32_t size_ = 0;
  std::uint32_t capacity_ = kInlineIntervals;
};

}  // namespace jetstream::base
