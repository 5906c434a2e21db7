// SPDX-License-Identifier: MIT
#pragma once

#include "stream/flow_control.h"
#include "stream/send_buffer.h"
#include "wire/sent_frame.h"

namespace jetstream::stream {

/// The sending direction of one stream: what still has to leave, and when it is over.
class SendStream {
 public:
  /// `credit`: what the peer allows from the start.
  SendStream(BlockPool& pool, std::uint64_t credit) : buffer_(pool), credit_(credit) {}

  /// A part of the stream for one STREAM frame.
  struct Piece {
    std::uint64_t offset = 0;
    Bytes data;
    bool fin = false;
  };

  // The application.

  void append(Bytes bytes) { buffer_.append(bytes); }
  /// With the length in front (message_framing.h).
  void append_message(Bytes message);
  void finish() { finished_ = true; }
  /// Drops what was not acknowledged; the stream ends where the bytes sent so far end.
  void reset(std::uint64_t code);
  /// Nothing more can be appended.
  bool ended() const { return finished_ || reset_; }
  /// Bytes appended and not acknowledged.
  std::size_t buffered() const { return buffer_.size(); }

  // Sending.

  /// Something may go without credit of the session: lost bytes, or the end alone.
  bool has_resend() const;
  /// New bytes may go as far as this stream's credit reaches.
  bool has_fresh() const;
  /// What goes next of either; empty for an end alone.
  base::Interval next_resend() const;
  base::Interval next_fresh() const;
  /// No longer than `length`, shorter where the ring wraps.
  Piece piece(std::uint64_t offset, std::uint64_t length) const;
  /// This piece leaves now.
  void on_sent(const Piece& piece);

  // The peer.

  void raise_limit(std::uint64_t limit) { credit_.raise(limit); }
  void on_acked(const wire::SentFrame& frame);
  void on_lost(const wire::SentFrame& frame);
  void on_reset_acked() { reset_acked_ = reset_; }

  /// The peer has everything there is so far, or knows that it was reset.
  bool delivered() const {
    return reset_ ? reset_acked_ : buffer_.size() == 0 && finished_ == fin_acked_;
  }
  /// And nothing more will come.
  bool done() const { return ended() && delivered(); }
  bool was_reset() const { return reset_; }
  std::uint64_t reset_code() const { return reset_code_; }
  std::uint64_t final_size() const { return buffer_.sent(); }
  /// Bytes the peer still allows.
  std::uint64_t window() const { return credit_.available(); }

 private:
  bool fin_missing() const { return finished_ && !fin_acked_ && !fin_in_flight_; }

  SendBuffer buffer_;
  SendCredit credit_;
  std::uint64_t reset_code_ = 0;
  bool finished_ = false;
  bool fin_in_flight_ = false;
  bool fin_acked_ = false;
  bool reset_ = false;
  bool reset_acked_ = false;
};

}  // namespace jetstream::stream
