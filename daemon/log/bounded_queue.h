// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "base/assert.h"

namespace jetstream::daemon {

/// A queue from many threads to one that never waits and never grows. Each cell carries the number
/// of the turn in which it may be filled or emptied, so threads only meet where they take a number.
template <class T>
class BoundedQueue {
 public:
  /// `capacity` is a power of two.
  explicit BoundedQueue(std::size_t capacity)
      : mask_(capacity - 1), cells_(std::make_unique<Cell[]>(capacity)) {
    JS_ASSERT(std::has_single_bit(capacity));
    for (std::size_t i = 0; i < capacity; ++i) cells_[i].turn.store(i, std::memory_order_relaxed);
  }

  /// Any thread. False if there is no room; `value` is as it was then.
  bool try_push(T& value) {
    std::size_t at = in_.load(std::memory_order_relaxed);
    while (true) {
      Cell& cell = cells_[at & mask_];
      const std::size_t turn = cell.turn.load(std::memory_order_acquire);
      if (turn == at) {
        if (in_.compare_exchange_weak(at, at + 1, std::memory_order_relaxed)) {
          cell.value = std::move(value);
          cell.turn.store(at + 1, std::memory_order_release);
          return true;
        }
      } else if (turn < at) {
        return false;  // It still holds what was put there one round ago.
      } else {
        at = in_.load(std::memory_order_relaxed);
      }
    }
  }

  /// Only the one thread that takes. Nothing if the next value is not there yet.
  std::optional<T> try_pop() {
    const std::size_t at = out_.load(std::memory_order_relaxed);
    Cell& cell = cells_[at & mask_];
    if (cell.turn.load(std::memory_order_acquire) != at + 1) return std::nullopt;
    std::optional<T> value(std::move(cell.value));
    cell.turn.store(at + mask_ + 1, std::memory_order_release);
    out_.store(at + 1, std::memory_order_relaxed);
    return value;
  }

  /// How many there were a moment ago.
  std::size_t size_about() const {
    const std::size_t out = out_.load(std::memory_order_relaxed);
    const std::size_t in = in_.load(std::memory_order_relaxed);
    return in > out ? in - out : 0;
  }
  std::size_t capacity() const { return mask_ + 1; }

 private:
  struct Cell {
    std::atomic<std::size_t> turn = 0;
    T value{};
  };

  std::size_t mask_;
  std::unique_ptr<Cell[]> cells_;
  std::atomic<std::size_t> in_ = 0;
  // A cache line between them, since they are written by different threads. Not alignas: what is on
  // a stack is not always aligned as it asks.
  [[maybe_unused]] std::array<std::byte, 64> apart_{};
  std::atomic<std::size_t> out_ = 0;
};

}  // namespace jetstream::daemon
