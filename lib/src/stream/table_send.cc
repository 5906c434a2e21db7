// SPDX-License-Identifier: MIT
//
// Which frame goes next, and what becomes of those that went.
#include <algorithm>

#include "stream/table_state.h"

namespace jetstream::stream {

using wire::SentFrame;
using wire::SentKind;

namespace {

template <class F>
bool write_if_fits(base::ByteWriter& writer, const F& frame) {
  if (wire::encoded_size(frame) > writer.remaining()) return false;
  wire::write(writer, frame);
  return true;
}

bool write_control(const Stream& stream, Control due, base::ByteWriter& writer) {
  const StreamOptions& options = stream.options;
  switch (due) {
    case Control::kOpen:
      return write_if_fits(writer, wire::OpenFrame{stream.id, options.service, options.urgency,
                                                   options.weight, options.framing});
    case Control::kStopSending:
      return write_if_fits(writer, wire::StopSendingFrame{stream.id, stream.stop_sending_code});
    case Control::kResetStream:
      return write_if_fits(writer, wire::ResetStreamFrame{stream.id, stream.send.reset_code(),
                                                          stream.send.final_size()});
    case Control::kMaxStreamData:
      break;
  }
  return write_if_fits(writer, wire::MaxStreamDataFrame{stream.id, stream.recv.credit().limit()});
}

SentKind sent_kind(Control frame) {
  switch (frame) {
    case Control::kOpen:
      return SentKind::kOpen;
    case Control::kStopSending:
      return SentKind::kStopSending;
    case Control::kResetStream:
      return SentKind::kResetStream;
    case Control::kMaxStreamData:
      break;
  }
  return SentKind::kMaxStreamData;
}

void queue_or_not(Scheduler& scheduler, Scheduler::Turn& turn, bool wanted) {
  if (wanted == turn.queued()) return;
  wanted ? scheduler.add(turn) : scheduler.remove(turn);
}

}  // namespace

void StreamTable::State::want(Stream& stream, Control frame) {
  stream.control.set(frame);
  if (!stream.control_link.queued()) control.push_back(stream.control_link);
}

void StreamTable::State::unwant(Stream& stream, Control frame) {
  stream.control.clear(frame);
  if (!stream.control.any() && stream.control_link.queued()) control.remove(stream.control_link);
}

void StreamTable::State::reschedule(Stream& stream) {
  const bool may_send = stream.announced && !stream.closed;
  queue_or_not(resend, stream.resend_turn, may_send && stream.send.has_resend());
  queue_or_not(fresh, stream.fresh_turn, may_send && stream.send.has_fresh());
}

void StreamTable::State::after_delivery(Stream& stream) {
  // Half of the buffer at a time, so that a full one does not cause an event for every packet.
  if (stream.wants_room && !stream.send.ended() &&
      stream.send.buffered() <= send_buffer_bytes_max / 2) {
    stream.wants_room = false;
    notify(stream, Notice::kWritable);
  }
  reschedule(stream);
  close_if_over(stream);
}

void StreamTable::State::reset_sending(Stream& stream, std::uint64_t code) {
  stream.send.reset(code);
  unnotify(stream, Notice::kWritable);
  reschedule(stream);
  want(stream, Control::kResetStream);
}

void StreamTable::State::stop_queueing(Stream& stream) {
  stream.control.clear();
  if (stream.control_link.queued()) control.remove(stream.control_link);
  queue_or_not(resend, stream.resend_turn, false);
  queue_or_not(fresh, stream.fresh_turn, false);
}

bool StreamTable::State::write_session_control(base::ByteWriter& writer, SentFrame& sent) {
  if (announce_data && write_if_fits(writer, wire::MaxDataFrame{recv_credit.limit()})) {
    recv_credit.announce();
    announce_data = false;
    sent = {.offset = recv_credit.announced(), .kind = SentKind::kMaxData};
    return true;
  }
  if (announce_streams && write_if_fits(writer, wire::MaxStreamsFrame{peer_ids.limit()})) {
    peer_ids.announce();
    announce_streams = false;
    sent = {.offset = peer_ids.announced(), .kind = SentKind::kMaxStreams};
    return true;
  }
  return false;
}

bool StreamTable::State::write_stream_control(base::ByteWriter& writer, SentFrame& sent) {
  if (control.empty()) return false;
  Stream& stream = control.front().owner();
  const Control due = stream.control.first();
  if (!write_control(stream, due, writer)) return false;
  unwant(stream, due);
  sent = {.stream = stream.id.value(), .kind = sent_kind(due)};
  if (due == Control::kOpen) {
    stream.announced = true;
    reschedule(stream);
  } else if (due == Control::kMaxStreamData) {
    stream.recv.credit().announce();
    sent.offset = stream.recv.credit().announced();
  }
  return true;
}

bool StreamTable::State::write_data(base::ByteWriter& writer, SentFrame& sent) {
  const std::uint64_t credit = send_credit.available();  // of the session [FLOW-2]
  const bool is_fresh = credit > 0 && fresh.level() < resend.level();
  Scheduler& scheduler = is_fresh ? fresh : resend;
  if (scheduler.empty()) return false;

  Scheduler::Turn& turn = scheduler.front();
  Stream& stream = turn.owner();
  const base::Interval next = is_fresh ? stream.send.next_fresh() : stream.send.next_resend();
  const std::uint64_t waiting = is_fresh ? std::min(credit, next.size()) : next.size();
  const std::uint64_t length_max = std::min<std::uint64_t>(waiting, writer.remaining());
  const std::size_t overhead =
      wire::stream_frame_overhead(stream.id, next.begin, static_cast<std::size_t>(length_max));
  if (writer.remaining() < overhead) return false;
  const std::uint64_t room = writer.remaining() - overhead;
  // A crumb at the end of a packet is not worth its headers.
  if (room < std::min(waiting, Scheduler::kTurnBytesMin)) return false;

  const SendStream::Piece piece =
      stream.send.piece(next.begin, std::min({waiting, room, scheduler.allowance(turn)}));
  wire::write(writer, wire::StreamFrame{stream.id, piece.offset, piece.data, piece.fin});
  stream.send.on_sent(piece);
  if (is_fresh) send_credit.use(piece.data.size());
  scheduler.charge(turn, piece.data.size());
  reschedule(stream);
  sent = {.offset = piece.offset,
          .stream = stream.id.value(),
          .length = static_cast<std::uint32_t>(piece.data.size()),
          .kind = SentKind::kStream,
          .fin = piece.fin};
  return true;
}

bool StreamTable::has_frames() const {
  const State& state = *state_;
  return state.announce_data || state.announce_streams || !state.control.empty() ||
         !state.resend.empty() || (!state.fresh.empty() && state.send_credit.available() > 0);
}

bool StreamTable::write_frame(base::ByteWriter& writer, SentFrame& sent) {
  return state_->write_session_control(writer, sent) ||
         state_->write_stream_control(writer, sent) || state_->write_data(writer, sent);
}

void StreamTable::on_acked(const SentFrame& sent) {
  Stream* stream = state_->streams.find(StreamId(sent.stream));
  if (stream == nullptr || stream->closed) return;
  switch (sent.kind) {
    case SentKind::kOpen:
      stream->known = true;
      stream->open_acked = true;
      state_->unwant(*stream, Control::kOpen);
      break;
    case SentKind::kStream:
      stream->send.on_acked(sent);
      break;
    case SentKind::kResetStream:
      stream->send.on_reset_acked();
      state_->unwant(*stream, Control::kResetStream);
      break;
    default:
      return;
  }
  state_->after_delivery(*stream);
}

/// What was lost is sent again if it still means something [ACK-6].
void StreamTable::on_lost(const SentFrame& sent) {
  // Limits: what was announced after the lost one is on its way and says more.
  if (sent.kind == SentKind::kMaxData && sent.offset == state_->recv_credit.announced()) {
    state_->announce_data = true;
  }
  if (sent.kind == SentKind::kMaxStreams && sent.offset == state_->peer_ids.announced()) {
    state_->announce_streams = true;
  }
  Stream* stream = state_->streams.find(StreamId(sent.stream));
  if (stream == nullptr || stream->closed) return;
  switch (sent.kind) {
    case SentKind::kOpen:
      if (!stream->open_acked) state_->want(*stream, Control::kOpen);  // [STR-2]
      break;
    case SentKind::kStream:
      stream->send.on_lost(sent);
      state_->reschedule(*stream);
      break;
    case SentKind::kResetStream:
      if (!stream->send.done()) state_->want(*stream, Control::kResetStream);
      break;
    case SentKind::kStopSending:
      if (!stream->recv.done()) state_->want(*stream, Control::kStopSending);
      break;
    case SentKind::kMaxStreamData:
      if (stream->recv.wants_credit() && sent.offset == stream->recv.credit().announced()) {
        state_->want(*stream, Control::kMaxStreamData);
      }
      break;
    default:
      break;
  }
}

}  // namespace jetstream::stream
