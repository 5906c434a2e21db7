// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>

#include "base/assert.h"

namespace jetstream::wire {

/// At most N values, kept in place: what a hello lists must not make anybody allocate.
template <class T, std::size_t N>
class SmallList {
 public:
  SmallList() = default;
  SmallList(std::initializer_list<T> values) {
    for (const T& value : values) push_back(value);
  }

  static constexpr std::size_t capacity() { return N; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  bool full() const { return size_ == N; }
  /// The list must not be full.
  void push_back(const T& value) {
    JS_ASSERT(!full());
    values_[size_++] = value;
  }
  const T& operator[](std::size_t index) const {
    JS_ASSERT(index < size_);
    return values_[index];
  }
  const T* begin() const { return values_.data(); }
  const T* end() const { return values_.data() + size_; }
  bool contains(const T& value) const { return std::find(begin(), end(), value) != end(); }
  friend bool operator==(const SmallList& a, const SmallList& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
  }

 private:
  std::array<T, N> values_{};
  std::size_t size_ = 0;
};

}  // namespace jetstream::wire
