// SPDX-License-Identifier: MIT
#include "stream/recv_stream.h"

#include <algorithm>
#include <utility>

#include "stream/violation.h"

namespace jetstream::stream {

/// Size and credit are checked before anything changes [STR-9, FLOW-3].
Result<void, Violation> RecvStream::reach(std::uint64_t end, bool is_final, wire::FrameType frame,
                                          RecvCredit& session) {
  if (best_effort()) {
    // Its credit is this side's own account of what waits; nothing the peer says touches it.
    if (is_final) final_size_ = end;
    return {};
  }
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

Result<void, Violation> RecvStream::on_data(const wire::StreamFrame& frame, RecvCredit& session,
                                            RecvCredit& own) {
  // Best effort uses no credit, which its final size shows even before OPEN has come.
  if (frame.fin && early_ > 0) {
    auto resolved = resolve_early(frame.offset > 0, session, own);
    if (!resolved) return resolved;
  }
  auto reached =
      reach(frame.offset + frame.data.size(), frame.fin, wire::FrameType::kStream, session);
  if (!reached || done_) return reached;
  if (stopped_) {
    discard(best_effort() ? own : session);
    return {};
  }
  if (!frame.data.empty() && (assembly_ || separate_messages())) {  // [MSG-2]
    return violated(TransportCode::kStreamStateError, "STREAM data on a stream of MSG frames",
                    wire::FrameType::kStream);
  }
  buffer_.insert(frame.offset, frame.data);
  return check_messages();
}

Result<void, Violation> RecvStream::on_reset(const wire::ResetStreamFrame& frame,
                                             RecvCredit& session, RecvCredit& own) {
  // Once everything up to a known end is there, a reset has nothing left to abandon.
  const bool complete = all_arrived();
  if (early_ > 0) {
    auto resolved = resolve_early(frame.final_size > 0, session, own);
    if (!resolved) return resolved;
  }
  auto reached = reach(frame.final_size, true, wire::FrameType::kResetStream, session);
  if (!reached || done_ || complete) return reached;
  reset_ = true;
  discard(best_effort() ? own : session);
  return {};
}

Result<void, Violation> RecvStream::set_framing(Framing framing, std::uint64_t message_bytes_max) {
  framing_ = framing;
  message_bytes_max_ = message_bytes_max;
  return check_messages();
}

/// [STR-6, MSG-2]
Result<void, Violation> RecvStream::set_delivery(Delivery delivery, RecvCredit& session,
                                                 RecvCredit& own) {
  const bool has_skipped = delivery_ == Delivery::kExpiring && delivery != Delivery::kExpiring;
  delivery_ = delivery;
  if (has_skipped || (assembly_ ? !separate_messages() : separate_messages() && has_bytes())) {
    return violated(TransportCode::kStreamStateError, "data came in frames of another delivery",
                    wire::FrameType::kOpen);
  }
  auto resolved = resolve_early(!best_effort(), session, own);
  if (!resolved) return resolved;
  // An end that came before may have been the end of a stream of another kind [STR-9].
  const std::uint64_t used = assembly_ && !best_effort() ? assembly_->seen_credit() : 0;
  if (final_size_ && (best_effort() ? *final_size_ > 0 : *final_size_ < used)) {
    return violated(TransportCode::kFinalSizeError, "stream ends before its data",
                    wire::FrameType::kOpen);
  }
  if (!best_effort()) return {};
  if (assembly_ && !done_) {
    credit_.receive(assembly_->settled_credit());
    own.receive(assembly_->settled_credit());
  }
  assembly_.reset();
  return {};
}

Result<void, Violation> RecvStream::resolve_early(bool has_credit, RecvCredit& session,
                                                  RecvCredit& own) {
  const std::uint64_t early = std::exchange(early_, 0);
  own.unreceive(early);
  if (!has_credit) {
    credit_.unreceive(early);
  } else if (early > session.available()) {
    return violated(TransportCode::kFlowControlError, "more than MAX_DATA allows",
                    wire::FrameType::kMsg);
  } else {
    session.receive(early);
  }
  return {};
}

MessageAssembly& RecvStream::assembly() {
  if (!assembly_) assembly_ = std::make_unique<MessageAssembly>(pool_, gap_total_);
  return *assembly_;
}

bool RecvStream::opens_partial(const wire::MsgFrame& frame) const {
  if (done_ || stopped_ || best_effort()) return false;
  return assembly_ ? assembly_->opens_partial(frame) : !frame.whole();
}

std::size_t RecvStream::growth(std::uint64_t end) const {
  return done_ || stopped_ || end > credit_.announced() ? 0 : buffer_.growth(end);
}

/// A whole message goes right to those that can be read; one in parts is paid for when it begins.
/// Of best effort the caller knows which have begun.
std::size_t RecvStream::growth(const wire::MsgFrame& frame, std::uint64_t before) const {
  constexpr std::uint64_t kAnyWindow = 64 * 1024;  // best effort knows none
  if (done_ || stopped_ || frame.total > std::max(credit_.window(), kAnyWindow)) return 0;
  if (assembly_ && (assembly_->settled(frame.seq) || !assembly_->in_span(frame.seq))) return 0;
  std::size_t memory = 0;
  if (!best_effort()) {
    memory = assembly_ ? assembly_->growth(frame.seq)
                       : MessageAssembly::first_growth(frame.seq % MessageQueue::kSpan);
  }
  if (frame.whole()) {
    return memory + buffer_.growth(buffer_.contiguous() + before + framed_size(frame.total));
  }
  const bool begins = best_effort() || opens_partial(frame);
  return memory + (begins ? PartialMessage::memory_for(frame.total) : 0);
}

void RecvStream::abandon() {
  stopped_ = true;
  view_left_ = 0;
  view_ends_message_ = view_ends_stream_ = false;
  buffer_.clear();
  if (assembly_) assembly_->abandon();
}

/// Everything about a message is checked with its first frame; later ones can only repeat it.
Result<void, Violation> RecvStream::on_message(const wire::MsgFrame& frame,
                                               std::uint64_t message_bytes_max, RecvCredit& session,
                                               RecvCredit& own) {
  if (framing_ ? !separate_messages() : has_bytes()) {  // [MSG-2]
    return violated(TransportCode::kStreamStateError, "MSG on a stream in order",
                    wire::FrameType::kMsg);
  }
  MessageAssembly& messages = assembly();
  if (messages.settled(frame.seq)) return {};  // [MSG-3]
  if (!messages.in_span(frame.seq)) {          // [MSG-4]
    return violated(TransportCode::kFlowControlError, "a message too far ahead",
                    wire::FrameType::kMsg);
  }
  const std::uint64_t seen = messages.extent_of_seen(frame.seq);
  if (seen == 0) {
    if (frame.total > message_bytes_max) {
      return violated(TransportCode::kProtocolViolation, "message larger than message_bytes_max",
                      wire::FrameType::kMsg);
    }
    const bool early = !framing_ && delivery_ != Delivery::kExpiring;
    if (early && final_size_ == 0) return {};  // best effort, too late
    const std::uint64_t end = messages.seen_credit() + extent_of(frame.total);
    const std::uint64_t before = credit_.received();
    auto reached = reach(end, false, wire::FrameType::kMsg, early ? own : session);
    if (!reached) return reached;
    if (early) early_ += credit_.received() - before;
    messages.see(frame);
  } else if (seen != extent_of(frame.total)) {  // [MSG-3]
    return violated(TransportCode::kProtocolViolation, "a message changed its size",
                    wire::FrameType::kMsg);
  }
  if (stopped_ || done_) {
    discard(session);
  } else {
    messages.take(frame, buffer_);
  }
  return {};
}

/// [MSG-7]
Result<void, Violation> RecvStream::on_skip(const wire::MsgSkipFrame& frame, RecvCredit& session,
                                            RecvCredit& own) {
  if (framing_ ? delivery_ != Delivery::kExpiring : has_bytes()) {
    return violated(TransportCode::kStreamStateError, "MSG_SKIP on a stream that does not expire",
                    wire::FrameType::kMsgSkip);
  }
  if (!framing_) {
    // Only a stream that expires has this frame, so it tells what OPEN will say [MSG-2].
    delivery_ = Delivery::kExpiring;
    auto resolved = resolve_early(true, session, own);
    if (!resolved) return resolved;
  }
  MessageAssembly& messages = assembly();
  if (!messages.in_span(frame.seq_below > 0 ? frame.seq_below - 1 : 0)) {
    return violated(TransportCode::kFlowControlError, "a message too far ahead",
                    wire::FrameType::kMsgSkip);
  }
  // The credit is checked before anything is skipped.
  const auto skipped = messages.check_skip(frame);
  if (!skipped) {
    return violated(TransportCode::kProtocolViolation, "MSG_SKIP contradicts what was received",
                    wire::FrameType::kMsgSkip);
  }
  auto reached =
      reach(messages.seen_credit() + skipped->unseen, false, wire::FrameType::kMsgSkip, session);
  if (!reached) return reached;
  messages.skip(frame, *skipped);
  if (stopped_ || done_) {
    discard(session);
  } else {
    credit_.consume(skipped->unseen + skipped->given_up);
    session.consume(skipped->unseen + skipped->given_up);
  }
  return {};
}

bool RecvStream::add_message(Bytes message, RecvCredit& own) {
  const std::uint64_t extent = extent_of(message.size());
  if (done_ || stopped_ || credit_.unconsumed() + extent > credit_.window() ||
      own.unconsumed() + extent > own.window()) {
    return false;
  }
  credit_.receive(extent);
  own.receive(extent);
  append_message(buffer_, message);
  return true;
}

Result<void, Violation> RecvStream::check_messages() {
  if (framing_ != Framing::kMessages || separate_messages() || done_) return {};
  return check_.advance(buffer_, final_size_, message_bytes_max_);
}

bool RecvStream::opens_gap(const wire::StreamFrame& frame) const {
  return !done_ && !stopped_ && buffer_.opens_gap(frame.offset, frame.data.size());
}

bool RecvStream::opens_gap(const wire::MsgFrame& frame) const {
  if (done_ || stopped_ || best_effort()) return false;
  return assembly_ ? assembly_->opens_gap(frame) : frame.frag_offset > 0;
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
  view.fin = all_arrived() && buffer_.contiguous() == buffer_.begin() + view.data.size();
  view_left_ = view.data.size();
  view_ends_message_ = view.message_end;
  view_ends_stream_ = view.fin;
  return view;
}

void RecvStream::enter_message(RecvCredit& session) {
  const std::optional<MessagePrefix> prefix = peek_prefix(buffer_, buffer_.begin());
  if (!prefix) return;
  // One by one, the prefixes are this side's own, and an empty message has used credit all the
  // same.
  const std::uint64_t credit = prefix->message_size == 0 ? 1 : 0;
  take(prefix->size, separate_messages() ? credit : prefix->size, session);
  message_left_ = message_size_ = prefix->message_size;
}

void RecvStream::drop_message(RecvCredit& session) {
  const std::uint64_t left = message_left_.value_or(0);
  take(left, left, session);
  message_left_.reset();
  view_left_ = 0;
  view_ends_message_ = view_ends_stream_ = false;
}

bool RecvStream::consume(std::uint64_t bytes, RecvCredit& session) {
  if (bytes > view_left_) return false;
  take(bytes, bytes, session);
  bytes_read_ += bytes;
  view_left_ -= bytes;
  if (message_left_) *message_left_ -= bytes;
  if (view_left_ > 0) return true;
  if (view_ends_message_) message_left_.reset();
  view_ends_message_ = false;
  done_ = done_ || view_ends_stream_;
  return true;
}

void RecvStream::take(std::uint64_t bytes, std::uint64_t credit, RecvCredit& session) {
  buffer_.consume(bytes);
  credit_.consume(credit);
  session.consume(credit);
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
  if (assembly_) assembly_->abandon();
  view_left_ = 0;
  view_ends_message_ = view_ends_stream_ = false;
  done_ = ended();
}

}  // namespace jetstream::stream
