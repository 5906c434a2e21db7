// SPDX-License-Identifier: MIT
#include "base/interval_set.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/assert.h"

namespace jetstream::base {

IntervalSet::IntervalSet(const IntervalSet& other) { *this = other; }

IntervalSet::IntervalSet(IntervalSet&& other) noexcept { *this = std::move(other); }

IntervalSet& IntervalSet::operator=(const IntervalSet& other) {
  if (this == &other) return *this;
  clear();
  if (other.size_ > capacity_) reallocate(other.size_);
  std::copy(other.begin(), other.end(), data());
  size_ = other.size_;
  return *this;
}

IntervalSet& IntervalSet::operator=(IntervalSet&& other) noexcept {
  if (this == &other) return *this;
  inline_ = other.inline_;
  heap_ = std::move(other.heap_);
  size_ = std::exchange(other.size_, 0U);
  capacity_ = std::exchange(other.capacity_, static_cast<std::uint32_t>(kInlineIntervals));
  return *this;
}

void IntervalSet::insert(std::uint64_t begin, std::uint64_t end) {
  if (begin >= end) return;
  // Everything that overlaps or touches is joined to one interval.
  std::size_t first = find(begin, false);
  std::size_t last = first;
  Interval joined{begin, end};
  for (; last < size_ && data()[last].begin <= end; ++last) {
    joined.begin = std::min(joined.begin, data()[last].begin);
    joined.end = std::max(joined.end, data()[last].end);
  }
  replace(first, last, {&joined, 1});
}

void IntervalSet::erase(std::uint64_t begin, std::uint64_t end) {
  if (begin >= end) return;
  std::size_t first = find(begin, true);
  std::size_t last = first;
  std::array<Interval, 2> rest;
  std::size_t count = 0;
  for (; last < size_ && data()[last].begin < end; ++last) {
    const Interval& hit = data()[last];
    if (hit.begin < begin) rest[count++] = {hit.begin, begin};
    if (hit.end > end) rest[count++] = {end, hit.end};
  }
  replace(first, last, {rest.data(), count});
}

Interval IntervalSet::pop_front() {
  Interval lowest = front();
  replace(0, 1, {});
  return lowest;
}

void IntervalSet::clear() {
  heap_.reset();
  size_ = 0;
  capacity_ = kInlineIntervals;
}

bool IntervalSet::contains(std::uint64_t value) const {
  std::size_t at = find(value, true);
  return at < size_ && data()[at].begin <= value;
}

bool IntervalSet::covers(std::uint64_t begin, std::uint64_t end) const {
  if (begin >= end) return true;
  std::size_t at = find(begin, true);
  return at < size_ && data()[at].begin <= begin && data()[at].end >= end;
}

bool IntervalSet::overlaps(std::uint64_t begin, std::uint64_t end) const {
  if (begin >= end) return false;
  std::size_t at = find(begin, true);
  return at < size_ && data()[at].begin < end;
}

std::uint64_t IntervalSet::first_missing(std::uint64_t from) const {
  std::size_t at = find(from, true);
  return at < size_ && data()[at].begin <= from ? data()[at].end : from;
}

std::optional<Interval> IntervalSet::first_gap(std::uint64_t begin, std::uint64_t end) const {
  std::size_t at = find(begin, true);
  if (at < size_ && data()[at].begin <= begin) begin = data()[at++].end;
  if (begin >= end) return std::nullopt;
  return Interval{begin, at < size_ ? std::min(end, data()[at].begin) : end};
}

const Interval& IntervalSet::front() const {
  JS_ASSERT(size_ > 0);
  return data()[0];
}

const Interval& IntervalSet::back() const {
  JS_ASSERT(size_ > 0);
  return data()[size_ - 1];
}

bool operator==(const IntervalSet& a, const IntervalSet& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

std::size_t IntervalSet::find(std::uint64_t value, bool past) const {
  // Most changes happen at the upper end, where no search is needed.
  if (size_ == 0 || data()[size_ - 1].end < value) return size_;
  const Interval* at = std::partition_point(begin(), end(), [=](const Interval& each) {
    return past ? each.end <= value : each.end < value;
  });
  return static_cast<std::size_t>(at - begin());
}

void IntervalSet::replace(std::size_t first, std::size_t last, std::span<const Interval> with) {
  std::size_t size = size_ - (last - first) + with.size();
  if (size > capacity_) {
    JS_ASSERT(size <= std::numeric_limits<std::uint32_t>::max() / 2);
    reallocate(std::size_t{capacity_} * 2);
  }
  Interval* all = data();
  if (first + with.size() < last) {
    std::move(all + last, all + size_, all + first + with.size());
  } else if (first + with.size() > last) {
    std::move_backward(all + last, all + size_, all + size);
  }
  std::copy(with.begin(), with.end(), all + first);
  size_ = static_cast<std::uint32_t>(size);
  // One interval short of the inline room, so that a set at the edge does not allocate in turns.
  if (heap_ && size_ < kInlineIntervals) reallocate(kInlineIntervals);
}

void IntervalSet::reallocate(std::size_t capacity) {
  std::unique_ptr<Interval[]> old = std::move(heap_);
  const Interval* from = old ? old.get() : inline_.data();
  if (capacity > kInlineIntervals) heap_ = std::make_unique<Interval[]>(capacity);
  Interval* to = data();
  if (from != to) std::copy(from, from + size_, to);
  capacity_ = static_cast<std::uint32_t>(capacity);
}

}  // namespace jetstream::base
