// SPDX-License-Identifier: MIT
#pragma once

#include "base/interval_set.h"
#include "stream/ring.h"

namespace jetstream::stream {

/// Bytes on their way to the peer, kept until it has them: [begin, sent) was sent at least once,
/// [sent, end) never. What is acknowledged out of order waits for the bytes before it.
class SendBuffer {
 public:
  explicit SendBuffer(BlockPool& pool) : ring_(pool) {}

  std::uint64_t begin() const { return begin_; }
  std::uint64_t sent() const { return sent_; }
  std::uint64_t end() const { return end_; }
  std::size_t size() const { return static_cast<std::size_t>(end_ - begin_); }

  void append(Bytes bytes);
  /// Memory that append() would take besides what there is.
  std::size_t growth(std::size_t length) const { return ring_.growth(begin_, end_ + length); }
  /// Bytes from `offset` on, `length` or fewer where the ring wraps.
  Bytes view(std::uint64_t offset, std::uint64_t length) const {
    return ring_.view(offset, length);
  }
  /// The first range to send again; to be called only if has_lost().
  base::Interval lost() const { return lost_.front(); }
  bool has_lost() const { return !lost_.empty(); }

  /// [offset, offset + length) leaves now, for the first time or again.
  void on_sent(std::uint64_t offset, std::uint64_t length);
  void on_acked(std::uint64_t offset, std::uint64_t length);
  void on_lost(std::uint64_t offset, std::uint64_t length);

  /// Gives up everything before `offset`, sent or not.
  void abandon(std::uint64_t offset);
  /// Drops everything; offsets stay.
  void clear();

 private:
  Ring ring_;
  std::uint64_t begin_ = 0;
  std::uint64_t sent_ = 0;
  std::uint64_t end_ = 0;
  base::IntervalSet acked_;  ///< Above begin_.
  base::IntervalSet lost_;   ///< Within [begin_, sent_), disjoint from acked_.
};

}  // namespace jetstream::stream
