// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "jetstream/endpoint.h"
#include "stream/flow_control.h"
#include "stream/message_framing.h"
#include "stream/message_queue.h"
#include "stream/send_buffer.h"
#include "wire/frames/msg.h"
#include "wire/sent_frame.h"

namespace jetstream::stream {

/// The sending direction of one stream: what still has to leave, and when it is over.
///
/// Places in the buffer are offsets of the stream where it is sent in order. Where messages travel
/// one by one, they are this side's own affair: each message takes its extent, one after the other.
class SendStream {
 public:
  /// `credit`: what the peer allows from the start.
  SendStream(BlockPool& pool, std::uint64_t credit) : pool_(pool), buffer_(pool), credit_(credit) {}

  /// A part of the stream for one STREAM or MSG frame.
  struct Piece {
    std::uint64_t offset = 0;  ///< In the buffer.
    std::uint64_t extent = 0;  ///< In the buffer; that of `data` but for an empty message.
    Bytes data;
    bool fin = false;
    /// The frame, without stream and data; null for a STREAM frame.
    const MessageQueue::Message* message = nullptr;
  };

  // The application.

  /// Before anything is appended.
  void set_delivery(Delivery delivery);
  void append(Bytes bytes) { buffer_.append(bytes); }
  /// Memory that appending so many bytes would take besides what there is, or a message of so many.
  std::size_t growth(std::size_t length) const { return buffer_.growth(length); }
  std::size_t message_growth(std::size_t size) const {
    return buffer_.growth(framed_size(size)) + (messages_ ? messages_->growth() : 0);
  }
  /// With the length in front (message_framing.h), or to travel by itself.
  void append_message(Bytes message);
  void finish() { finished_ = true; }
  /// Drops what was not acknowledged; the stream ends where the bytes sent so far end.
  void reset(std::uint64_t code);
  /// Gives back all memory, whatever was not delivered. Nothing may come after that.
  void abandon();
  /// Nothing more can be appended.
  bool ended() const { return finished_ || reset_; }
  /// Bytes appended and not acknowledged, and what is kept about them.
  std::size_t buffered() const;

  // Sending.

  /// Something may go without credit of the session: lost bytes, the rest of a message that has
  /// begun, best effort, or the end alone.
  bool has_paid() const { return next_paid().size() > 0 || fin_due(); }
  /// Something new may go as far as this stream's credit reaches.
  bool has_fresh() const { return !reset_ && next_fresh().size() > 0; }
  /// What goes next of either; empty for an end alone.
  base::Interval next_paid() const;
  base::Interval next_fresh() const;
  /// Credit of the session without which next_fresh() can't begin.
  std::uint64_t fresh_price() const { return messages_ ? next_fresh().size() : 1; }
  /// There is something that only the credit of this stream holds back.
  bool blocked() const;
  std::uint64_t credit_limit() const { return credit_.limit(); }
  /// No longer than `length`, shorter where the ring wraps or the message ends.
  Piece piece(std::uint64_t offset, std::uint64_t length) const;
  wire::MsgFrame msg_frame(StreamId stream, const Piece& piece) const;
  /// This piece leaves now; the credit of the session that it uses.
  std::uint64_t on_sent(const Piece& piece);
  bool separate_messages() const { return messages_ != nullptr; }
  bool best_effort() const { return delivery_ == Delivery::kBestEffort; }

  // The peer.

  void raise_limit(std::uint64_t limit) { credit_.raise(limit); }
  void on_acked(const wire::SentFrame& frame);
  void on_lost(const wire::SentFrame& frame);
  void on_reset_acked() { reset_acked_ = reset_; }

  // Delivery::kExpiring.

  void stamp(Instant now, Duration time_to_live) { messages_->stamp(now, time_to_live); }
  /// Gives up what is too old. True if the peer should be told to skip something.
  bool expire(Instant now);
  /// Only with separate messages.
  MessageQueue& messages() { return *messages_; }
  const MessageQueue& messages() const { return *messages_; }

  /// The peer has everything there is so far, or knows that it never comes.
  bool delivered() const {
    if (reset_) return reset_acked_;
    const bool settled = !messages_ || !messages_->skip_missing();
    return settled && buffer_.size() == 0 && finished_ == fin_acked_;
  }
  /// And nothing more will come.
  bool done() const { return ended() && delivered(); }
  bool was_reset() const { return reset_; }
  std::uint64_t reset_code() const { return reset_code_; }
  /// Credit used so far.
  std::uint64_t final_size() const { return messages_ ? credit_.used() : buffer_.sent(); }
  std::uint64_t bytes_acked() const { return best_effort() ? 0 : buffer_.begin(); }
  /// Bytes the peer still allows.
  std::uint64_t window() const { return credit_.available(); }

 private:
  /// The end is due alone: nothing is left that it could go with.
  bool fin_due() const {
    return finished_ && !reset_ && !fin_acked_ && !fin_in_flight_ &&
           buffer_.sent() == buffer_.end();
  }
  /// The message that leaves next, if none has begun.
  const MessageQueue::Message* next_message() const;

  BlockPool& pool_;
  SendBuffer buffer_;
  SendCredit credit_;
  std::unique_ptr<MessageQueue> messages_;
  std::uint64_t reset_code_ = 0;
  Delivery delivery_ = Delivery::kReliable;
  bool finished_ = false;
  bool fin_in_flight_ = false;
  bool fin_acked_ = false;
  bool reset_ = false;
  bool reset_acked_ = false;
};

}  // namespace jetstream::stream
