// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>

#include "base/interval_set.h"
#include "stream/ring.h"

namespace jetstream::stream {

/// Bytes that arrived and were not read yet: [begin, contiguous) can be read, what lies beyond
/// waits for what is missing before it. Flow control bounds its span, hence its memory.
class RecvBuffer {
 public:
  /// `gap_total` counts the gaps of all buffers of the session.
  RecvBuffer(BlockPool& pool, std::uint32_t& gap_total) : ring_(pool), gap_total_(&gap_total) {}
  RecvBuffer(const RecvBuffer&) = delete;
  RecvBuffer& operator=(const RecvBuffer&) = delete;
  ~RecvBuffer() { clear(); }

  std::uint64_t begin() const { return begin_; }
  std::uint64_t contiguous() const { return contiguous_; }
  /// Gaps before out-of-order data.
  std::size_t gaps() const { return beyond_.size(); }
  /// Whether insert() of these bytes would open one more gap.
  bool opens_gap(std::uint64_t offset, std::uint64_t length) const;

  /// Memory that data up to `last` would take besides what there is.
  std::size_t growth(std::uint64_t last) const {
    return ring_.growth(begin_, std::max(end(), last));
  }
  /// Takes the memory for so many bytes at once.
  void reserve(std::uint64_t length) { ring_.reserve(begin_, end(), begin_ + length); }
  /// Takes the bytes that are new; where some are there already, those stay.
  void insert(std::uint64_t offset, Bytes bytes);
  /// Readable bytes from `offset` on, `length` or fewer where the ring wraps.
  Bytes view(std::uint64_t offset, std::uint64_t length) const {
    return ring_.view(offset, length);
  }
  /// Puts bytes behind what is there; only where nothing is out of order.
  void append(Bytes bytes) { insert(contiguous_, bytes); }
  /// Gives up the first `length` readable bytes.
  void consume(std::uint64_t length);
  /// Drops everything that is buffered.
  void clear();

 private:
  std::uint64_t end() const { return beyond_.empty() ? contiguous_ : beyond_.back().end; }

  Ring ring_;
  std::uint32_t* gap_total_;
  std::uint64_t begin_ = 0;
  std::uint64_t contiguous_ = 0;
  base::IntervalSet beyond_;  ///< Above contiguous_, not touching it.
};

}  // namespace jetstream::stream
