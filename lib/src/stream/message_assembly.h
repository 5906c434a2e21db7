// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <bit>
#include <memory>
#include <vector>

#include "jetstream/result.h"
#include "stream/message_queue.h"
#include "stream/recv_buffer.h"
#include "wire/frames/msg.h"
#include "wire/frames/msg_skip.h"

namespace jetstream::stream {

/// A message of which only parts have come. It takes the memory for all of it at once, so that one
/// that has begun can be completed [LIM-6].
struct PartialMessage {
  /// What beginning one takes, and its place among the complete ones afterwards.
  static std::size_t memory_for(std::uint64_t total) {
    return BlockPool::block_for(static_cast<std::size_t>(total)) + static_cast<std::size_t>(total) +
           sizeof(PartialMessage);
  }

  PartialMessage(std::uint64_t its_seq, std::uint64_t its_total, BlockPool& its_pool,
                 std::uint32_t& gap_total);
  PartialMessage(const PartialMessage&) = delete;
  PartialMessage& operator=(const PartialMessage&) = delete;
  ~PartialMessage();

  bool complete() const { return bytes.contiguous() == total; }
  /// All of it; it begins where its memory does, so it lies there in one piece.
  Bytes whole() const { return bytes.view(0, total); }

  const std::uint64_t seq;
  const std::uint64_t total;
  BlockPool& pool;
  RecvBuffer bytes;
};

/// The messages of a reliable or expiring stream on their arrival: which numbers have been seen,
/// which are settled (complete or skipped), and the parts of those under way. Counts what they use
/// of the credit; what that allows is RecvStream's affair.
class MessageAssembly {
 public:
  MessageAssembly(BlockPool& pool, std::uint32_t& gap_total);
  MessageAssembly(const MessageAssembly&) = delete;
  MessageAssembly& operator=(const MessageAssembly&) = delete;
  ~MessageAssembly();

  /// Whether the number is one a sender may use by now [MSG-4].
  bool in_span(std::uint64_t seq) const { return seq < base_ + MessageQueue::kSpan; }
  bool settled(std::uint64_t seq) const;
  /// Credit the message was counted with; 0 if it was not seen yet.
  std::uint64_t extent_of_seen(std::uint64_t seq) const;
  /// Whether this frame would begin to collect parts.
  bool opens_partial(const wire::MsgFrame& frame) const;
  /// Whether it would leave a gap in its message that was not there.
  bool opens_gap(const wire::MsgFrame& frame) const;
  std::size_t partials() const { return partials_.size(); }
  /// Memory that remembering the number would take besides what there is.
  std::size_t growth(std::uint64_t seq) const {
    return seq - base_ < seen_.size() || settled(seq) ? 0 : memory_of(slots_for(seq - base_));
  }
  /// What remembering the number takes where nothing is remembered yet.
  static std::size_t first_growth(std::uint64_t seq) {
    return sizeof(MessageAssembly) + memory_of(slots_for(seq));
  }

  /// The first frame of a message.
  void see(const wire::MsgFrame& frame);
  /// Takes a part of a message that was seen and is not settled; puts the message behind those in
  /// `ready` if that completes it.
  void take(const wire::MsgFrame& frame, RecvBuffer& ready);
  /// What skipping means for the credit; nullopt if it contradicts what was seen.
  struct Skipped {
    std::uint64_t unseen = 0;    ///< Used by messages of which nothing came.
    std::uint64_t given_up = 0;  ///< Of messages of which parts came.
  };
  std::optional<Skipped> check_skip(const wire::MsgSkipFrame& frame) const;
  /// Everything below will never come, if it has not.
  void skip(const wire::MsgSkipFrame& frame, const Skipped& skipped);
  /// Nobody wants any of it any more: all that was seen is settled.
  void abandon();

  std::uint64_t seen_credit() const { return seen_credit_; }
  std::uint64_t settled_credit() const { return settled_credit_; }

 private:
  /// Of one message from base_ on: its extent, or 0 if it was not seen; kOpen while parts are
  /// missing.
  static constexpr std::uint32_t kOpen = std::uint32_t{1} << 31;
  static constexpr std::size_t kSlotsMin = 16;
  static std::size_t slots_for(std::uint64_t ahead) {
    return std::bit_ceil(std::max(kSlotsMin, static_cast<std::size_t>(ahead + 1)));
  }
  static std::size_t memory_of(std::size_t slots) { return slots * sizeof(std::uint32_t); }
  std::uint32_t& slot(std::uint64_t seq) { return seen_[place_of(seq)]; }
  std::size_t place_of(std::uint64_t seq) const {
    return static_cast<std::size_t>(seq) & (seen_.size() - 1);
  }
  void reserve(std::uint64_t seq);
  void settle(std::uint64_t seq);
  void advance();
  using Partials = std::vector<std::unique_ptr<PartialMessage>>;
  Partials::const_iterator find(std::uint64_t seq) const;

  BlockPool* pool_;
  std::uint32_t* gaps_;
  std::uint64_t base_ = 0;         ///< Everything below is settled.
  std::uint64_t highest_ = 0;      ///< Nothing from here on was seen.
  std::uint64_t base_credit_ = 0;  ///< Of everything below base_.
  std::uint64_t seen_credit_ = 0;  ///< Of everything that was seen or skipped.
  std::uint64_t settled_credit_ = 0;
  std::vector<std::uint32_t> seen_;  ///< A power of two; [base_, highest_) is in use.
  Partials partials_;
};

}  // namespace jetstream::stream
