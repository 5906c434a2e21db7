// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/interval_set.h"
#include "jetstream/time.h"
#include "stream/block_pool.h"

namespace jetstream::stream {

/// What a message uses of the credit and of the space in the buffers: its bytes, and 1 if it has
/// none, so that even empty ones are bounded and can be acknowledged.
constexpr std::uint64_t extent_of(std::uint64_t message_size) {
  return std::max<std::uint64_t>(message_size, 1);
}

/// Where the messages lie in the send buffer of a stream whose messages travel one by one, which
/// numbers they have, and until when they are worth sending. A message gets its number when it is
/// sent for the first time; one that expires before leaves no trace.
class MessageQueue {
 public:
  /// Counts its memory in `pool`.
  explicit MessageQueue(BlockPool& pool) : pool_(&pool) {}
  MessageQueue(const MessageQueue&) = delete;
  MessageQueue& operator=(const MessageQueue&) = delete;
  ~MessageQueue() { clear(); }

  /// How far the number of a message may be ahead of the oldest one that is not settled: what a
  /// receiver has to remember of them stays below 16 KiB [MSG-4].
  static constexpr std::uint64_t kSpan = 4096;
  /// What a message costs besides its bytes, so that many small ones fill the buffer too.
  static constexpr std::size_t kMessageCost = 32;

  struct Message {
    std::uint64_t begin = 0;  ///< In the buffer.
    Instant deadline = kNever;
    std::uint32_t size = 0;
    bool stamped = false;

    std::uint64_t end() const { return begin + extent_of(size); }
  };

  bool empty() const { return head_ == messages_.size(); }
  std::size_t size() const { return messages_.size() - head_; }
  const Message& front() const { return messages_[head_]; }
  /// The one with the byte at `offset`, which must be there.
  const Message& at(std::uint64_t offset) const;
  std::uint64_t seq_of(const Message& message) const {
    return first_seq_ + static_cast<std::uint64_t>(&message - &front());
  }
  /// The number that is next, where [.., `sent`) has left already.
  std::uint64_t next_seq(std::uint64_t sent) const;
  /// Whether a receiver is ready for that number.
  bool in_span(std::uint64_t seq) const { return seq < span_begin() + kSpan; }

  void push(std::uint64_t begin, std::size_t size);
  /// Memory that push() would take besides what there is.
  std::size_t growth() const {
    if (messages_.size() < messages_.capacity()) return 0;
    return memory_of(capacity_after_growth() - messages_.capacity());
  }
  /// Messages without a deadline get one; never before that of an older one.
  void stamp(Instant now, Duration time_to_live);
  /// Forgets those that end at or before `begin`: the peer has them.
  void settle(std::uint64_t begin);
  /// Forgets those whose time is over, of which [.., `sent`) has left; where the rest begins in the
  /// buffer, or 0 if none was.
  std::uint64_t expire(Instant now, std::uint64_t sent);
  Instant deadline() const { return empty() ? kNever : front().deadline; }
  void clear();

  // MSG_SKIP: everything below skip_below() is settled or will never come.

  bool skip_missing() const { return skip_missing_; }
  std::uint64_t skip_below() const { return first_seq_; }
  std::uint64_t credit_below() const { return credit_below_; }
  void on_skip_sent() { skip_sent_ = first_seq_; }
  void on_skip_acked(std::uint64_t seq_below) {
    if (seq_below >= skip_needed_) skip_missing_ = false;
  }
  /// Whether a lost one has to be sent again: not if a later one says more.
  bool is_latest_skip(std::uint64_t seq_below) const {
    return skip_missing_ && seq_below == skip_sent_;
  }
  std::uint64_t expired() const { return expired_; }

 private:
  std::uint64_t span_begin() const { return skip_missing_ ? span_held_ : first_seq_; }
  void pop(bool was_sent);
  static std::size_t memory_of(std::size_t count) { return count * sizeof(Message); }
  std::size_t capacity_after_growth() const {
    return std::max<std::size_t>(32, 2 * messages_.size());
  }

  BlockPool* pool_;
  std::vector<Message> messages_;  ///< From head_ on, oldest first.
  std::size_t head_ = 0;
  std::uint64_t first_seq_ = 0;  ///< Of the front, once it is sent.
  std::uint64_t credit_below_ = 0;
  std::uint64_t skip_sent_ = 0;
  std::uint64_t skip_needed_ = 0;
  std::uint64_t span_held_ = 0;  ///< What the peer surely counts from while a skip is missing.
  std::uint64_t expired_ = 0;
  bool skip_missing_ = false;
};

}  // namespace jetstream::stream
