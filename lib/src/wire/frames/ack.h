// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <iterator>
#include <span>

#include "wire/frames/common.h"

namespace jetstream::wire {

/// Ranges in one ACK; more would describe losses that recovery has long acted upon.
inline constexpr std::size_t kAckRangesMax = 64;

/// Packet numbers from smallest to largest, both included.
struct AckRange {
  std::uint64_t smallest = 0;
  std::uint64_t largest = 0;
  friend bool operator==(const AckRange&, const AckRange&) = default;
};

/// The ranges of an ACK, newest first, decoded while one walks over them. Between two of them at
/// least one number is missing.
class AckRanges {
 public:
  class Iterator {
   public:
    using value_type = AckRange;
    using difference_type = std::ptrdiff_t;

    Iterator() : reader_(Bytes{}) {}
    Iterator(std::uint64_t largest, Bytes encoded, std::size_t count)
        : reader_(encoded), left_(count) {
      if (left_ > 0) range_ = {largest - *read_varint(reader_), largest};
    }
    const AckRange& operator*() const { return range_; }
    Iterator& operator++() {
      if (--left_ > 0) {
        // A gap of n stands for n + 1 missing numbers (RFC 9000 19.3.1).
        range_.largest = range_.smallest - *read_varint(reader_) - 2;
        range_.smallest = range_.largest - *read_varint(reader_);
      }
      return *this;
    }
    Iterator operator++(int) {
      Iterator before = *this;
      ++*this;
      return before;
    }
    bool operator==(const Iterator& other) const { return left_ == other.left_; }
    bool operator==(std::default_sentinel_t) const { return left_ == 0; }

   private:
    base::ByteReader reader_;
    AckRange range_;
    std::size_t left_ = 0;
  };

  AckRanges(std::uint64_t largest, Bytes encoded, std::size_t count)
      : largest_(largest), encoded_(encoded), count_(count) {}
  Iterator begin() const { return Iterator(largest_, encoded_, count_); }
  std::default_sentinel_t end() const { return {}; }

 private:
  std::uint64_t largest_;
  Bytes encoded_;
  std::size_t count_;
};

/// Packets that arrived: largest v, delay_us v, number of further ranges v, first range v, then for
/// each further one gap v, range v (RFC 9000 19.3.1). Only parse_ack() makes one, so its ranges are
/// known to be good: at least one, ordered, disjoint, none below 0.
struct AckFrame {
  std::uint64_t largest = 0;
  /// How long the receiver held back the acknowledgement of `largest`, in microseconds.
  std::uint64_t delay_us = 0;
  /// At most kAckRangesMax.
  std::uint32_t range_count = 0;
  /// The ranges as they came, from the first on; a view of the packet.
  Bytes encoded_ranges;

  /// `for (const AckRange& range : ack.ranges())`
  AckRanges ranges() const { return {largest, encoded_ranges, range_count}; }
};

Parsed<AckFrame> parse_ack(base::ByteReader& reader);
std::size_t encoded_size(const AckFrame& frame);
void write(base::ByteWriter& writer, const AckFrame& frame);

/// Writes an ACK of as many ranges as fit, newest first, at most kAckRangesMax, and returns how
/// many; 0 means that not even one fits and nothing was written. Ranges must be ordered downwards
/// with at least one number missing between two.
std::size_t write_ack_frame(base::ByteWriter& writer, std::span<const AckRange> newest_first,
                            std::uint64_t delay_us);

}  // namespace jetstream::wire
