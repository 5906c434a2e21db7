// SPDX-License-Identifier: MIT
//
// What the peer's frames do to streams, and how streams come and go.
#include "stream/stream_table.h"

#include <utility>

#include "stream/table_state.h"
#include "stream/violation.h"

namespace jetstream::stream {

using wire::FrameType;

StreamTable::State::State(Role its_role, const StreamLimits& local, const StreamLimits& peer,
                          std::size_t its_send_buffer_bytes_max, SharedMemory shared)
    : role(its_role),
      send_buffer_bytes_max(its_send_buffer_bytes_max),
      local_message_bytes_max(local.message_bytes_max),
      local_max_stream_data(local.max_stream_data),
      peer_message_bytes_max(peer.message_bytes_max),
      peer_max_stream_data(peer.max_stream_data),
      peer_max_data(peer.max_data),
      account(shared.budget, shared.tag),
      recv_pool(&account, MemoryUse::kReceiving),
      send_pool(&account, MemoryUse::kSending),
      own_ids(peer.max_streams),
      peer_ids(local.max_streams),
      send_credit(peer.max_data),
      recv_credit(local.max_data),
      own_credit(local.max_data) {}

StreamTable::State::~State() {
  streams.for_each([this](Stream& stream) {
    stop_queueing(stream);
    if (stream.notice_link.queued()) notices.remove(stream.notice_link);
  });
}

Result<Stream*, Violation> StreamTable::State::named_by_peer(StreamId id, FrameType frame) {
  const std::uint32_t n = sequence_of(id);
  if (is_own(id)) {
    if (!own_ids.was_opened(n)) {  // [STR-5]
      return violated(TransportCode::kStreamStateError, "frame for a stream never opened", frame);
    }
    Stream* stream = streams.find(id);
    if (stream == nullptr || stream->closed) return nullptr;
    stream->known = true;
    return stream;
  }
  if (!peer_ids.is_allowed(n)) {  // [STR-4]
    return violated(TransportCode::kStreamLimitError, "more streams than MAX_STREAMS allows",
                    frame);
  }
  if (Stream* stream = streams.find(id)) return stream->closed ? nullptr : stream;
  if (peer_ids.was_closed(n)) return nullptr;
  peer_ids.on_named(n);
  if (peer_ids.update_due()) announce_streams = true;
  return &create(id, true);
}

Stream* StreamTable::State::active(StreamId id) const {
  Stream* stream = streams.find(id);
  if (stream == nullptr || stream->closed) return nullptr;
  return stream->opened_by_peer && !stream->announced ? nullptr : stream;
}

Stream& StreamTable::State::create(StreamId id, bool opened_by_peer) {
  ++open_count;
  ++effects;
  return streams.insert(std::make_unique<Stream>(id, opened_by_peer,
                                                 Stream::Memory{recv_pool, send_pool}, gap_total,
                                                 peer_max_stream_data, local_max_stream_data));
}

void StreamTable::State::notify(Stream& stream, Notice notice) {
  stream.notices.set(notice);
  // The application hears of the peer's streams when they are opened, not before [STR-6].
  const bool is_told = !stream.opened_by_peer || stream.announced;
  if (is_told && !stream.notice_link.queued()) notices.push_back(stream.notice_link);
}

void StreamTable::State::unnotify(Stream& stream, Notice notice) {
  stream.notices.clear(notice);
  if (!stream.notices.any() && stream.notice_link.queued()) notices.remove(stream.notice_link);
}

/// By abandoning either direction, but once.
void StreamTable::State::count_given_up(Stream& stream) {
  ++effects;
  if (!stream.opened_by_peer || stream.given_up) return;
  stream.given_up = true;
  ++given_up;
}

void StreamTable::State::close_if_over(Stream& stream) {
  if (stream.closed || !stream.over()) return;
  stream.closed = true;
  --open_count;
  const bool was_parked = stream.parked_link.queued();
  stop_queueing(stream);
  if (was_parked) release_parked();
  unnotify(stream, Notice::kReadable);
  unnotify(stream, Notice::kWritable);
  notify(stream, Notice::kClosed);
}

void StreamTable::State::forget(Stream& stream) {
  if (stream.opened_by_peer) {
    peer_ids.on_closed(sequence_of(stream.id));
    if (peer_ids.update_due()) announce_streams = true;
  }
  streams.erase(stream.id);
  if (!streams.empty()) return;
  recv_pool.drop_spares();
  send_pool.drop_spares();
}

StreamTable::StreamTable(Role role, const StreamLimits& local, const StreamLimits& peer,
                         std::size_t send_buffer_bytes_max, SharedMemory shared)
    : state_(std::make_unique<State>(role, local, peer, send_buffer_bytes_max, shared)) {
  // There is one for every session, and most sessions are idle.
  static_assert(sizeof(StreamTable) + sizeof(State) <= 656);
}

StreamTable::~StreamTable() = default;
StreamTable::StreamTable(StreamTable&& other) noexcept = default;

void StreamTable::raise_peer_limits(const StreamLimits& peer) {
  state_->peer_message_bytes_max = peer.message_bytes_max;
  state_->peer_max_stream_data = peer.max_stream_data;
  state_->peer_max_data = peer.max_data;
  state_->streams.for_each([&](Stream& stream) {
    stream.send.raise_limit(peer.max_stream_data);
    state_->reschedule(stream);
  });
  static_cast<void>(on_frame(wire::MaxDataFrame{peer.max_data}));
  static_cast<void>(on_frame(wire::MaxStreamsFrame{peer.max_streams}));
}

std::uint32_t StreamTable::effects() const { return state_->effects; }
std::uint32_t StreamTable::given_up() const { return state_->given_up; }

Result<void, Violation> StreamTable::on_frame(const wire::OpenFrame& frame) {
  if (state_->is_own(frame.stream)) {
    return violated(TransportCode::kStreamStateError, "OPEN for a stream of the other side",
                    FrameType::kOpen);
  }
  const auto named = state_->named_by_peer(frame.stream, FrameType::kOpen);
  if (!named) return unexpected(named.error());
  if (*named == nullptr || (*named)->announced) return {};  // [STR-7]
  Stream& stream = **named;
  stream.announced = true;
  stream.known = true;
  ++state_->effects;
  stream.set_options({.service = std::string(frame.service),
                      .urgency = frame.urgency,
                      .weight = frame.weight,
                      .framing = frame.framing,
                      .delivery = frame.delivery});
  auto fitting =
      stream.recv.set_delivery(frame.delivery, state_->recv_credit, state_->own_account());
  if (!fitting) return fitting;
  auto checked = stream.recv.set_framing(frame.framing, state_->local_message_bytes_max);
  if (!checked) return checked;
  state_->count_partials(stream);
  if (frame.delivery == Delivery::kExpiring) state_->mortal.push_back(stream.mortal_link);
  state_->notify(stream, Notice::kOpened);
  if (stream.recv.readable()) state_->notify(stream, Notice::kReadable);
  state_->close_if_over(stream);
  return {};
}

Result<void, Violation> StreamTable::State::check_fragments(const Stream& stream) const {
  if (stream.recv.gaps() <= 2 * kStreamGapsMax && gap_total <= 2 * kSessionGapsMax &&
      partial_total <= 2 * kPartialsMax) {
    return {};
  }
  return violated(TransportCode::kExcessiveLoad, "data in too many fragments", FrameType::kStream);
}

Result<void, Violation> StreamTable::on_frame(const wire::StreamFrame& frame) {
  const auto named = state_->named_by_peer(frame.stream, FrameType::kStream);
  if (!named) return unexpected(named.error());
  if (*named == nullptr) return {};
  Stream& stream = **named;
  const State::Arrived before(stream);
  auto taken = stream.recv.on_data(frame, state_->recv_credit, state_->own_account());
  if (!taken) return taken;
  if (auto bounded = state_->check_fragments(stream); !bounded) return bounded;
  state_->count_effect(stream, before, frame.data.size());
  const bool is_news =
      stream.recv.arrived() > before.readable || stream.recv.all_arrived() != before.all;
  if (is_news && stream.recv.readable()) state_->notify(stream, Notice::kReadable);
  state_->after_reading(stream);
  return {};
}

Result<void, Violation> StreamTable::on_frame(const wire::ResetStreamFrame& frame) {
  const auto named = state_->named_by_peer(frame.stream, FrameType::kResetStream);
  if (!named) return unexpected(named.error());
  if (*named == nullptr) return {};
  Stream& stream = **named;
  const bool reset_before = stream.recv.was_reset();
  auto taken = stream.recv.on_reset(frame, state_->recv_credit, state_->own_account());
  if (!taken) return taken;
  if (stream.recv.was_reset() && !reset_before) {
    stream.peer_reset_code = frame.code;
    state_->count_given_up(stream);
    // Who asked the peer to stop is not told that it did.
    if (!stream.recv.stopped()) state_->notify(stream, Notice::kReset);
  }
  state_->after_reading(stream);
  return {};
}

Result<void, Violation> StreamTable::on_frame(const wire::StopSendingFrame& frame) {
  const auto named = state_->named_by_peer(frame.stream, FrameType::kStopSending);
  if (!named) return unexpected(named.error());
  if (*named == nullptr) return {};
  Stream& stream = **named;
  if (stream.send.was_reset() || stream.send.done()) return {};
  stream.peer_stop_code = frame.code;  // and the answer's [STR-11]
  state_->count_given_up(stream);
  state_->reset_sending(stream, frame.code);
  state_->notify(stream, Notice::kStopped);
  return {};
}

Result<void, Violation> StreamTable::on_frame(const wire::MaxDataFrame& frame) {
  if (frame.maximum >= state_->send_credit.limit() + State::kWorthwhileCredit) ++state_->effects;
  state_->send_credit.raise(frame.maximum);
  state_->release_parked();
  return {};
}

Result<void, Violation> StreamTable::on_frame(const wire::MaxStreamDataFrame& frame) {
  const auto named = state_->named_by_peer(frame.stream, FrameType::kMaxStreamData);
  if (!named) return unexpected(named.error());
  if (*named == nullptr) return {};
  const std::uint64_t limit = (*named)->send.credit_limit();
  if (frame.maximum >= limit + State::kWorthwhileCredit) ++state_->effects;
  (*named)->send.raise_limit(frame.maximum);
  state_->reschedule(**named);
  return {};
}

Result<void, Violation> StreamTable::on_frame(const wire::DataBlockedFrame& frame) {
  state_->recv_credit.on_blocked(frame.maximum);
  state_->renew_session();
  return {};
}

Result<void, Violation> StreamTable::on_frame(const wire::StreamDataBlockedFrame& frame) {
  const auto named = state_->named_by_peer(frame.stream, FrameType::kStreamDataBlocked);
  if (!named) return unexpected(named.error());
  if (*named == nullptr) return {};
  (*named)->recv.credit().on_blocked(frame.maximum);
  state_->after_reading(**named);
  return {};
}

Result<void, Violation> StreamTable::on_frame(const wire::MaxStreamsFrame& frame) {
  if (state_->own_ids.raise(frame.maximum)) ++state_->effects;  // [FLOW-4]
  if (state_->open_refused && state_->own_ids.may_open()) {
    state_->open_refused = false;
    state_->streams_available = true;
  }
  return {};
}

}  // namespace jetstream::stream
