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

bool write_control(const Stream& stream, Control due, std::uint64_t cap, base::ByteWriter& writer) {
  const StreamOptions& options = stream.options;
  switch (due) {
    case Control::kOpen:
      return write_if_fits(
          writer, wire::OpenFrame{stream.id, options.service, options.urgency, options.weight,
                                  options.framing, options.delivery});
    case Control::kStopSending:
      return write_if_fits(writer, wire::StopSendingFrame{stream.id, stream.stop_sending_code});
    case Control::kResetStream:
      return write_if_fits(writer, wire::ResetStreamFrame{stream.id, stream.send.reset_code(),
                                                          stream.send.final_size()});
    case Control::kMsgSkip:
      return write_if_fits(writer,
                           wire::MsgSkipFrame{stream.id, stream.send.messages().skip_below(),
                                              stream.send.messages().credit_below()});
    case Control::kStreamDataBlocked:
      return write_if_fits(writer,
                           wire::StreamDataBlockedFrame{stream.id, stream.send.credit_limit()});
    case Control::kMaxStreamData:
      break;
  }
  return write_if_fits(writer,
                       wire::MaxStreamDataFrame{stream.id, stream.recv.credit().limit(cap)});
}

SentKind sent_kind(Control frame) {
  switch (frame) {
    case Control::kOpen:
      return SentKind::kOpen;
    case Control::kStopSending:
      return SentKind::kStopSending;
    case Control::kResetStream:
      return SentKind::kResetStream;
    case Control::kMsgSkip:
      return SentKind::kMsgSkip;
    case Control::kStreamDataBlocked:
      return SentKind::kStreamDataBlocked;
    case Control::kMaxStreamData:
      break;
  }
  return SentKind::kMaxStreamData;
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
  const bool paid = may_send && stream.send.has_paid();
  const bool fresh = may_send && stream.send.has_fresh();
  if (stream.parked_link.queued() && (paid || !fresh)) {
    parked.remove(stream.parked_link);
    release_parked();
  }
  const bool wanted = (paid || fresh) && !stream.parked_link.queued();
  if (wanted != stream.turn.queued()) wanted ? ready.add(stream.turn) : ready.remove(stream.turn);
  // Once for every limit [FLOW-9].
  if (may_send && stream.send.blocked() && stream.blocked_told < stream.send.credit_limit()) {
    stream.blocked_told = stream.send.credit_limit();
    want(stream, Control::kStreamDataBlocked);
  }
}

/// Who comes later and is not more urgent waits too: it would take away what the others wait for.
bool StreamTable::State::must_park(const Stream& stream) const {
  if (stream.send.has_paid()) return false;
  return stream.options.urgency >= parked_urgency ||
         stream.send.fresh_price() > send_credit.available();
}

void StreamTable::State::park(Stream& stream) {
  if (stream.turn.queued()) ready.remove(stream.turn);
  parked.push_back(stream.parked_link);
  parked_urgency = std::min(parked_urgency, stream.options.urgency);
  if (blocked_told < send_credit.limit()) {
    blocked_told = send_credit.limit();
    blocked_due = true;
  }
}

/// Those that waited because of one that no longer does are parked again if they have to be.
void StreamTable::State::release_parked() {
  parked_urgency = Scheduler::kLevels;
  while (!parked.empty()) {
    Link<Stream>& next = parked.front();
    parked.remove(next);
    reschedule(next.owner());
  }
}

void StreamTable::State::after_delivery(Stream& stream) {
  tell_writable(stream);
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
  if (stream.turn.queued()) ready.remove(stream.turn);
  if (stream.parked_link.queued()) parked.remove(stream.parked_link);
  if (stream.mortal_link.queued()) mortal.remove(stream.mortal_link);
  if (parts) parts->forget(stream.id);
}

bool StreamTable::State::write_session_control(base::ByteWriter& writer, SentFrame& sent) {
  if (announce_data) tune(recv_credit, kSessionWindowMax);
  const std::uint64_t cap = account.credit();
  if (announce_data && write_if_fits(writer, wire::MaxDataFrame{recv_credit.limit(cap)})) {
    recv_credit.announce(cap);
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
  if (blocked_due && write_if_fits(writer, wire::DataBlockedFrame{send_credit.limit()})) {
    blocked_due = false;
    sent = {.offset = send_credit.limit(), .kind = SentKind::kDataBlocked};
    return true;
  }
  return false;
}

bool StreamTable::State::write_stream_control(base::ByteWriter& writer, SentFrame& sent) {
  if (control.empty()) return false;
  Stream& stream = control.front().owner();
  const Control due = stream.control.first();
  const std::uint64_t cap = account.credit();
  if (due == Control::kMaxStreamData) tune(stream.recv.credit(), kStreamWindowMax);
  if (!write_control(stream, due, cap, writer)) return false;
  unwant(stream, due);
  sent = {.stream = stream.id.value(), .kind = sent_kind(due)};
  if (due == Control::kOpen) {
    stream.announced = true;
    reschedule(stream);
  } else if (due == Control::kMaxStreamData) {
    stream.recv.credit().announce(cap);
    sent.offset = stream.recv.credit().announced();
  } else if (due == Control::kMsgSkip) {
    stream.send.messages().on_skip_sent();
    sent.offset = stream.send.messages().skip_below();
  } else if (due == Control::kStreamDataBlocked) {
    sent.offset = stream.send.credit_limit();
  }
  return true;
}

bool StreamTable::State::write_data(base::ByteWriter& writer, SentFrame& sent) {
  while (!ready.empty()) {
    Stream& stream = ready.front().owner();
    if (!must_park(stream)) return write_piece(stream, writer, sent);
    park(stream);
  }
  return false;
}

/// Bytes for a frame with so many in front of its data; 0 if there is no room worth it: a crumb at
/// the end of a packet is not worth its headers.
std::uint64_t StreamTable::State::room_for(std::size_t overhead, std::uint64_t waiting,
                                           const base::ByteWriter& writer) {
  if (writer.remaining() <= overhead) return 0;
  const std::uint64_t room = writer.remaining() - overhead;
  return room < std::min(waiting, Scheduler::kTurnBytesMin) ? 0 : room;
}

bool StreamTable::State::write_piece(Stream& stream, base::ByteWriter& writer, SentFrame& sent) {
  SendStream& send = stream.send;
  const bool is_paid = send.has_paid();
  const base::Interval next = is_paid ? send.next_paid() : send.next_fresh();
  if (send.separate_messages() && next.size() > 0) {
    return write_msg(stream, next, writer, sent);
  }
  // Only as far as the peer lets the session go [FLOW-2].
  const std::uint64_t waiting =
      is_paid ? next.size() : std::min(next.size(), send_credit.available());
  const std::uint64_t offset = send.separate_messages() ? send.final_size() : next.begin;
  const auto length_max =
      static_cast<std::size_t>(std::min<std::uint64_t>(waiting, writer.remaining()));
  const std::size_t overhead = wire::stream_frame_overhead(stream.id, offset, length_max);
  const std::uint64_t room = room_for(overhead, waiting, writer);
  if (room == 0 && (waiting > 0 || writer.remaining() < overhead)) return false;
  const SendStream::Piece piece =
      send.piece(next.begin, std::min({waiting, room, ready.allowance(stream.turn)}));
  wire::write(writer, wire::StreamFrame{stream.id, offset, piece.data, piece.fin});
  sent = {.kind = SentKind::kStream, .fin = piece.fin};
  after_sending(stream, piece, sent);
  return true;
}

bool StreamTable::State::write_msg(Stream& stream, base::Interval next, base::ByteWriter& writer,
                                   SentFrame& sent) {
  SendStream& send = stream.send;
  const SendStream::Piece all = send.piece(next.begin, next.size());
  const wire::MsgFrame frame = send.msg_frame(stream.id, all);
  const auto length_max = std::min(all.data.size(), writer.remaining());
  const std::size_t overhead =
      wire::msg_frame_overhead(stream.id, frame.seq, frame.frag_offset, frame.total, length_max);
  const std::uint64_t room = room_for(overhead, all.data.size(), writer);
  if (room == 0 && (!all.data.empty() || writer.remaining() < overhead)) return false;
  std::uint64_t allowed = ready.allowance(stream.turn);
  if (send.best_effort()) {
    // Cut in two, it would be lost twice as often: a small one goes whole or in the next packet.
    constexpr std::uint64_t kHalf = Scheduler::kQuantumBytes / 2;
    if (room < frame.total && frame.total <= kHalf && writer.position() > kHalf) return false;
    allowed = std::max(allowed, std::min<std::uint64_t>(all.extent, Scheduler::kQuantumBytes));
  }
  const SendStream::Piece piece =
      all.data.empty() ? all : send.piece(next.begin, std::min({all.extent, room, allowed}));
  wire::write(writer, send.msg_frame(stream.id, piece));
  sent = {.kind = SentKind::kMsg};
  after_sending(stream, piece, sent);
  return true;
}

void StreamTable::State::after_sending(Stream& stream, const SendStream::Piece& piece,
                                       SentFrame& sent) {
  sent.stream = stream.id.value();
  sent.offset = piece.offset;
  sent.length = static_cast<std::uint32_t>(piece.extent);
  send_credit.use(stream.send.on_sent(piece));
  ready.charge(stream.turn, piece.data.size());
  // Best effort has made room by leaving.
  stream.send.best_effort() ? after_delivery(stream) : reschedule(stream);
}

bool StreamTable::has_frames() const {
  const State& state = *state_;
  return state.announce_data || state.announce_streams || state.blocked_due ||
         !state.control.empty() || !state.ready.empty();
}

bool StreamTable::write_frame(base::ByteWriter& writer, SentFrame& sent) {
  return state_->write_session_control(writer, sent) ||
         state_->write_stream_control(writer, sent) || state_->write_data(writer, sent) ||
         // Running out of credit is worth a frame itself.
         state_->write_session_control(writer, sent);
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
    case SentKind::kMsg:
      stream->send.on_acked(sent);
      break;
    case SentKind::kMsgSkip:
      stream->send.messages().on_skip_acked(sent.offset);
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
  if (sent.kind == SentKind::kDataBlocked && sent.offset == state_->send_credit.limit()) {
    // If nothing waits now, it is said again when something does.
    state_->blocked_due = !state_->parked.empty();
    if (!state_->blocked_due) state_->blocked_told = 0;
  }
  Stream* stream = state_->streams.find(StreamId(sent.stream));
  if (stream == nullptr || stream->closed) return;
  switch (sent.kind) {
    case SentKind::kOpen:
      if (!stream->open_acked) state_->want(*stream, Control::kOpen);  // [STR-2]
      break;
    case SentKind::kMsgSkip:  // [MSG-7]
      if (stream->send.messages().is_latest_skip(sent.offset))
        state_->want(*stream, Control::kMsgSkip);
      break;
    case SentKind::kStreamDataBlocked:
      stream->blocked_told = 0;
      state_->reschedule(*stream);
      break;
    case SentKind::kMsg:
    case SentKind::kStream:
      stream->send.on_lost(sent);
      state_->reschedule(*stream);
      // What is sent again completes what the peer has already.
      if (stream->send.has_paid() && stream->turn.queued()) state_->ready.hurry(stream->turn);
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
