// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <type_traits>

#include "base/assert.h"

namespace jetstream::recovery {

/// A queue in one block of memory that doubles when it is full, so that in a steady state nothing
/// is allocated. Index 0 is the oldest element.
template <class T>
class Ring {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  std::size_t capacity() const { return capacity_; }

  T& operator[](std::size_t index) {
    JS_ASSERT(index < size_);
    return elements_[(head_ + index) & (capacity_ - 1)];
  }
  const T& operator[](std::size_t index) const {
    JS_ASSERT(index < size_);
    return elements_[(head_ + index) & (capacity_ - 1)];
  }

  void push_back(const T& element) {
    if (size_ == capacity_) grow();
    elements_[(head_ + size_++) & (capacity_ - 1)] = element;
  }
  void pop_front(std::size_t count) {
    JS_ASSERT(count <= size_);
    size_ -= count;
    head_ = size_ == 0 ? 0 : (head_ + count) & (capacity_ - 1);
  }

 private:
  static constexpr std::size_t kSmallest = 8;

  void grow() {
    std::size_t capacity = std::max(kSmallest, capacity_ * 2);
    auto elements = std::make_unique<T[]>(capacity);
    for (std::size_t i = 0; i < size_; ++i) elements[i] = (*this)[i];
    elements_ = std::move(elements);
    capacity_ = capacity;
    head_ = 0;
  }

  std::unique_ptr<T[]> elements_;
  std::size_t capacity_ = 0;  ///< 0 or a power of two.
  std::size_t head_ = 0;
  std::size_t size_ = 0;
};

}  // namespace jetstream::recovery
