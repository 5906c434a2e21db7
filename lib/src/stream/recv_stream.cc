// SPDX-License-Identifier: MIT
#include "stream/recv_stream.h"

#include <algorithm>

#include "stream/violation.h"

namespace jetstream::stream {

/// Size and credit are checked before anything changes [STR-9, FLOW-3].
Result<void, Violation> RecvStream::reach(std::uint64_t end, bool is_final, wire::FrameType frame,
                                          RecvCredit& session) {
  const std::uint64_t reached = credit_.received();
  if (final_size_ && (end > *final_size_ || (is_final && end != *final_size_))) {
    return violated(TransportCode::kFinalSizeError, "stream goes on beyond its end", frame);
  }
  if (is_final && end < reached) {
    return violated(TransportCode::kFinalSizeError, "stream ends before its data", frame);
  }
  const std::uint64_t more = end > reached ? end - reached : 0;
  if (more > credit_.available()) {
    return violated(TransportCode::kFlowControlError, "more than MAX_STREAM_DATA allows", frame);
  }
  if (more > session.available()) {
    return violated(TransportCode::kFlowControlError, "more than MAX_DATA allows", frame);
  }
  credit_.receive(more);
  session.receive(more);
  if (is_final) final_size_ = end;
  return {};
}

Result<void, Violation> RecvStream::on_data(const wire::StreamFrame& frame, RecvCredit& session) {
  auto reached =
      reach(frame.offset + frame.data.size(), frame.fin, wire::FrameType::kStream, session);
  if (!reached || done_) return reached;
  if (stopped_) {
    discard(session);
    return {};
  }
  buffer_.insert(frame.offset, frame.data);
  return check_messages();
}

Result<void, Violation> RecvStream::on_reset(const wire::ResetStreamFrame& frame,
                                             RecvCredit& session) {
  // Once everything up to a known end is there, a reset has nothing left to abandon.
  const bool complete = all_arrived();
  auto reached = reach(frame.final_size, true, wire::FrameType::kResetStream, session);
  if (!reached || done_ || complete) return reached;
  reset_ = true;
  discard(session);
  return {};
}

Result<void, Violation> RecvStream::set_framing(Framing framing, std::uint64_t message_bytes_max) {
  framing_ = framing;
  message_bytes_max_ = message_bytes_max;
  return check_messages();
}

Result<void, Violation> RecvStream::check_messages() {
  if (framing_ != Framing::kMessages || done_) return {};
  return check_.advance(buffer_, final_size_, message_bytes_max_);
}

bool RecvStream::opens_gap(const wire::StreamFrame& frame) const {
  return !done_ && !stopped_ && buffer_.opens_gap(frame.offset, frame.data.size());
}

bool RecvStream::readable() const {
  if (done_ || stopped_ || !framing_) return false;
  if (buffer_.begin() == buffer_.contiguous()) return all_arrived() || message_left_ == 0;
  return framing_ == Framing::kBytes || message_left_ ||
         peek_prefix(buffer_, buffer_.begin()).has_value();
}

/// Messages may be handed out in parts, so that none waits for credit that only its own rest would
/// free [FLOW-6, STR-12].
ReadView RecvStream::read(RecvCredit& session) {
  if (framing_ == Framing::kMessages && !message_left_) enter_message(session);
  std::uint64_t there = buffer_.contiguous() - buffer_.begin();
  if (framing_ == Framing::kMessages) there = std::min(there, message_left_.value_or(0));

  ReadView view;
  view.data = buffer_.view(buffer_.begin(), there);  // in order, each byte once [STR-8]
  view.message_end = message_left_ == view.data.size();
  view.fin = final_size_ == buffer_.begin() + view.data.size();
  view_left_ = view.data.size();
  view_ends_message_ = view.message_end;
  view_ends_stream_ = view.fin;
  return view;
}

void RecvStream::enter_message(RecvCredit& session) {
  const std::optional<MessagePrefix> prefix = peek_prefix(buffer_, buffer_.begin());
  if (!prefix) return;
  take(prefix->size, session);
  message_left_ = prefix->message_size;
}

bool RecvStream::consume(std::uint64_t bytes, RecvCredit& session) {
  if (bytes > view_left_) return false;
  take(bytes, session);
  bytes_read_ += bytes;
  view_left_ -= bytes;
  if (message_left_) *message_left_ -= bytes;
  if (view_left_ > 0) return true;
  if (view_ends_message_) message_left_.reset();
  view_ends_message_ = false;
  done_ = done_ || view_ends_stream_;
  return true;
}

void RecvStream::take(std::uint64_t bytes, RecvCredit& session) {
  buffer_.consume(bytes);
  credit_.consume(bytes);
  session.consume(bytes);
}

bool RecvStream::stop(RecvCredit& session) {
  if (done_ || stopped_) return false;
  stopped_ = true;
  discard(session);
  return !done_;
}

/// What nobody will read counts as consumed [FLOW-7].
void RecvStream::discard(RecvCredit& session) {
  const std::uint64_t unread = credit_.unconsumed();
  credit_.consume(unread);
  session.consume(unread);
  buffer_.clear();
  view_left_ = 0;
  view_ends_message_ = view_ends_stream_ = false;
  done_ = ended();
}

}  // namespace jetstream::stream
