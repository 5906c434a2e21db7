// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>

#include "jetstream/endpoint.h"
#include "stream/flow_control.h"
#include "stream/message_assembly.h"
#include "stream/message_framing.h"
#include "stream/recv_buffer.h"
#include "wire/frame.h"

namespace jetstream::stream {

/// The receiving direction of one stream: what arrived, what was read, and when it is over. Every
/// byte is also counted against the session's credit, which callers pass in.
///
/// Where messages travel one by one, those that are complete stand in the buffer one behind the
/// other, with their prefixes, as if they had come in that order; they are read in the same way.
class RecvStream {
 public:
  RecvStream(BlockPool& pool, std::uint32_t& gap_total, std::uint64_t window)
      : pool_(pool), gap_total_(gap_total), buffer_(pool, gap_total), credit_(window) {}

  // Frames of the peer. Both windows and the final size are checked before anything changes.

  // `session` is the account of all streams that flow control applies to, `own` this side's account
  // of what waits otherwise: best effort, and messages of which nobody knows yet what they are.

  Result<void, Violation> on_data(const wire::StreamFrame& frame, RecvCredit& session,
                                  RecvCredit& own);
  Result<void, Violation> on_reset(const wire::ResetStreamFrame& frame, RecvCredit& session,
                                   RecvCredit& own);
  Result<void, Violation> on_message(const wire::MsgFrame& frame, std::uint64_t message_bytes_max,
                                     RecvCredit& session, RecvCredit& own);
  Result<void, Violation> on_skip(const wire::MsgSkipFrame& frame, RecvCredit& session,
                                  RecvCredit& own);
  /// Comes before set_framing().
  Result<void, Violation> set_delivery(Delivery delivery, RecvCredit& session, RecvCredit& own);
  /// From here on what came can be read; with kMessages, the lengths in it are checked.
  Result<void, Violation> set_framing(Framing framing, std::uint64_t message_bytes_max);
  /// Memory that taking STREAM data up to `end` would need besides what there is; 0 if that breaks
  /// a rule.
  std::size_t growth(std::uint64_t end) const;
  /// The same, when `before` bytes of other messages in the same packet come first.
  std::size_t growth(const wire::MsgFrame& frame, std::uint64_t before) const;
  /// The frame stands where the next byte to be read is missing, or before.
  bool at_head(const wire::StreamFrame& frame) const {
    return frame.offset <= buffer_.contiguous();
  }
  /// Gives back all memory, whatever was not read yet. Nothing may come after that.
  void abandon();
  /// Whether this frame would begin to collect parts of another message.
  bool opens_partial(const wire::MsgFrame& frame) const;
  std::size_t partials() const { return assembly_ ? assembly_->partials() : 0; }
  /// Best effort: a message is complete. False if there is no room for it.
  bool add_message(Bytes message, RecvCredit& own);
  /// How many gaps there are, and whether this frame would open one more.
  std::size_t gaps() const { return buffer_.gaps(); }
  bool opens_gap(const wire::StreamFrame& frame) const;
  bool opens_gap(const wire::MsgFrame& frame) const;

  // The application.

  /// There is a reason to call read().
  bool readable() const;
  ReadView read(RecvCredit& session);
  /// False if the last view is not that long.
  bool consume(std::uint64_t bytes, RecvCredit& session);
  /// Whether consuming so much of the last view goes past the end of a message.
  bool ends_message(std::uint64_t bytes) const { return view_ends_message_ && bytes == view_left_; }
  /// Of a message that is there as a whole and that the last read() begins: its size. Nullopt in
  /// the middle of one.
  std::optional<std::uint64_t> message_ahead() const {
    return message_left_ == message_size_ ? message_left_ : std::nullopt;
  }
  /// Takes the rest of that message away unread.
  void drop_message(RecvCredit& session);
  /// Discards what is there and what will come. True if the peer should be told to stop.
  bool stop(RecvCredit& session);

  /// The peer's end is known.
  bool ended() const { return final_size_.has_value(); }
  /// How far everything is there, and whether that is the end.
  std::uint64_t arrived() const { return buffer_.contiguous(); }
  bool all_arrived() const {
    if (best_effort()) return ended();
    return final_size_ == (assembly_ ? assembly_->settled_credit() : buffer_.contiguous());
  }
  /// Everything was read, or nothing will be.
  bool done() const { return done_; }
  bool was_reset() const { return reset_; }
  bool stopped() const { return stopped_; }
  /// Payload the application has consumed.
  std::uint64_t bytes_read() const { return bytes_read_; }
  /// Bytes this side still allows.
  std::uint64_t window() const { return credit_.available(); }
  /// A larger limit still means something to the peer.
  bool wants_credit() const { return !ended() && !stopped_ && !best_effort(); }
  RecvCredit& credit() { return credit_; }
  const RecvCredit& credit() const { return credit_; }

 private:
  /// Checks that the stream may reach `end`, as its final size or not, and counts what that adds.
  Result<void, Violation> reach(std::uint64_t end, bool is_final, wire::FrameType frame,
                                RecvCredit& session);
  Result<void, Violation> check_messages();
  /// It is clear now whether flow control applies to the messages that came before OPEN.
  Result<void, Violation> resolve_early(bool has_credit, RecvCredit& session, RecvCredit& own);
  MessageAssembly& assembly();
  /// Bytes of STREAM frames have come, at least on a stream that has had no message.
  bool has_bytes() const { return !assembly_ && (buffer_.contiguous() > 0 || buffer_.gaps() > 0); }
  bool best_effort() const { return delivery_ == Delivery::kBestEffort; }
  bool separate_messages() const { return delivery_ != Delivery::kReliable; }
  /// Frees the first bytes of the buffer and returns the credit they used.
  void take(std::uint64_t bytes, std::uint64_t credit, RecvCredit& session);
  void discard(RecvCredit& session);
  void enter_message(RecvCredit& session);

  BlockPool& pool_;
  std::uint32_t& gap_total_;
  RecvBuffer buffer_;
  RecvCredit credit_;
  std::unique_ptr<MessageAssembly> assembly_;  ///< Once messages come one by one.
  MessageCheck check_;
  std::optional<std::uint64_t> final_size_;
  std::optional<std::uint64_t> message_left_;  ///< Unread bytes of the message begun.
  std::uint64_t message_size_ = 0;             ///< Of that message.
  std::uint64_t message_bytes_max_ = 0;
  std::uint64_t early_ = 0;  ///< Counted in `own` until it is clear where it belongs.
  std::uint64_t bytes_read_ = 0;
  std::uint64_t view_left_ = 0;  ///< Bytes of the last view not consumed yet.
  bool view_ends_message_ = false;
  bool view_ends_stream_ = false;
  std::optional<Framing> framing_;
  Delivery delivery_ = Delivery::kReliable;
  bool reset_ = false;
  bool stopped_ = false;
  bool done_ = false;
};

}  // namespace jetstream::stream
