// SPDX-License-Identifier: MIT
//
// What memory allows: which packets have room, what may be sent, how much credit is given; and what
// happens when there is some again.
#include <algorithm>

#include "stream/table_state.h"

namespace jetstream::stream {

bool StreamTable::has_room(const wire::Frame& frame, Needs& needs) {
  return std::visit(
      [&](const auto& kind) {
        if constexpr (requires { state_->has_room(kind, needs); }) {
          return state_->has_room(kind, needs);
        } else if constexpr (requires { kind.stream; }) {
          return state_->has_room_for(kind.stream, needs);
        } else {
          return true;
        }
      },
      frame);
}

/// Within the session's part, or, so that nobody is locked out for good, the little that is read
/// next [LIM-5].
bool StreamTable::State::may_take(Needs& needs, std::size_t more, bool at_head) {
  const std::size_t before = account.held(MemoryUse::kReceiving) + needs.memory;
  needs.memory += more;
  if (more == 0 || account.allows(MemoryUse::kReceiving, needs.memory)) return true;
  if (at_head && before < MemoryBudget::kFloorBytes) return true;
  recv_pool.drop_spares();
  return account.allows(MemoryUse::kReceiving, needs.memory);
}

bool StreamTable::State::may_fill(Needs& needs, std::size_t cost, bool at_head) {
  const std::size_t more = cost - std::min(cost, needs.fill_cost);
  needs.fill_cost += more;
  return may_take(needs, more, at_head);
}

void StreamTable::State::fills(Needs& needs, StreamId id) {
  if (needs.filled != id) needs.fill = needs.fill_cost = 0;
  needs.filled = id;
}

bool StreamTable::State::has_room_for(StreamId id, Needs& needs) {
  const std::uint32_t n = sequence_of(id);
  if (is_own(id) || id == needs.named || !peer_ids.is_allowed(n) || streams.find(id) != nullptr ||
      peer_ids.was_closed(n)) {
    return true;
  }
  needs.named = id;
  return may_take(needs, kStreamRecordBytes, false);
}

bool StreamTable::State::has_room(const wire::OpenFrame& frame, Needs& needs) {
  needs.opened = frame.stream;
  return has_room_for(frame.stream, needs);
}

/// What is refused here may come again; on_frame() closes on what goes far beyond it [LIM-4].
bool StreamTable::State::has_room(const wire::StreamFrame& frame, Needs& needs) {
  const Stream* stream = streams.find(frame.stream);
  const std::uint64_t end = frame.offset + frame.data.size();
  if (stream == nullptr) {
    const bool is_over = is_own(frame.stream) || peer_ids.was_closed(sequence_of(frame.stream));
    if (is_over || end > local_max_stream_data) return true;  // of no effect, or the end
    if (!has_room_for(frame.stream, needs)) return false;
  } else if (stream->closed) {
    return true;
  }
  if (frame.data.empty()) return true;
  fills(needs, frame.stream);
  needs.fill = std::max(needs.fill, end);
  const std::size_t cost = stream != nullptr
                               ? stream->recv.growth(needs.fill)
                               : BlockPool::block_for(static_cast<std::size_t>(needs.fill));
  const bool at_head = stream != nullptr ? stream->recv.at_head(frame) : frame.offset == 0;
  if (!may_fill(needs, cost, at_head)) return false;
  if (stream == nullptr) return frame.offset == 0 || gap_total < kSessionGapsMax;
  if (!stream->recv.opens_gap(frame)) return true;
  return gap_total < kSessionGapsMax && stream->recv.gaps() < kStreamGapsMax;
}

/// A message that comes before its stream's OPEN may be one of best effort, to which no window
/// applies: what is beyond the windows then finds no room, but breaks no rule [LIM-4].
bool StreamTable::State::has_room(const wire::MsgFrame& frame, Needs& needs) {
  const Stream* stream = streams.find(frame.stream);
  const bool of_peer = !is_own(frame.stream);
  const bool is_over = stream == nullptr
                           ? !of_peer || peer_ids.was_closed(sequence_of(frame.stream))
                           : stream->closed;
  if (is_over) return true;
  if (of_peer && needs.opened != frame.stream && (stream == nullptr || !stream->announced)) {
    needs.early += extent_of(frame.total);
    if (needs.early > own_credit.window() - own_credit.unconsumed() ||
        needs.early > (stream ? stream->recv.window() : local_max_stream_data)) {
      return false;
    }
  }
  const bool opens_partial = stream ? stream->recv.opens_partial(frame) : !frame.whole();
  const bool opens_gap = stream ? stream->recv.opens_gap(frame) : frame.frag_offset > 0;
  if ((opens_partial && partial_total >= kPartialsMax) ||
      (opens_gap && gap_total >= kSessionGapsMax)) {
    return false;
  }
  return has_room_for(frame.stream, needs) && has_memory(frame, stream, needs);
}

bool StreamTable::State::has_memory(const wire::MsgFrame& frame, const Stream* stream,
                                    Needs& needs) {
  if (frame.total > local_message_bytes_max || (parts && parts->holds(frame))) return true;
  fills(needs, frame.stream);
  const std::uint64_t before = needs.fill;
  if (frame.whole()) needs.fill += framed_size(frame.total);
  if (stream != nullptr) {
    const std::size_t cost = stream->recv.growth(frame, before);
    return frame.whole() ? may_fill(needs, cost, true) : may_take(needs, cost, false);
  }
  const std::size_t seen = MessageAssembly::first_growth(frame.seq % MessageQueue::kSpan);
  if (!frame.whole()) {
    return may_take(needs, PartialMessage::memory_for(frame.total) + seen, false);
  }
  return may_fill(needs, BlockPool::block_for(static_cast<std::size_t>(needs.fill)) + seen, true);
}

/// Of memory for sending, besides what there is.
std::size_t StreamTable::State::growth(const Stream& stream, std::size_t size) {
  const bool is_message = stream.options.framing == Framing::kMessages;
  return is_message ? stream.send.message_growth(size) : stream.send.growth(size);
}

bool StreamTable::State::may_send(const Stream& stream, std::size_t size) const {
  return account.allows(MemoryUse::kSending, growth(stream, size));
}

void StreamTable::State::wait_to_send(Stream& stream, std::size_t size) {
  stream.wanted = std::max<std::size_t>(size, 1);
  account.wait_to_take(MemoryUse::kSending, growth(stream, stream.wanted));
}

/// Who holds more than the part of a session takes nothing, even where there is room in a buffer,
/// so that buffers run empty and are given back.
std::size_t StreamTable::State::room_to_send(Stream& stream, std::size_t size) {
  const std::size_t buffered = stream.send.buffered();
  const std::size_t room = send_buffer_bytes_max > buffered ? send_buffer_bytes_max - buffered : 0;
  stream.wanted = 0;
  if (room == 0) return 0;
  const bool is_message = stream.options.framing == Framing::kMessages;
  std::size_t fits = is_message ? size : std::min(room, size);
  if (may_send(stream, fits)) return is_message ? room : fits;
  send_pool.drop_spares();
  if (is_message) {
    if (may_send(stream, size)) return room;
    fits = 0;
  }
  while (fits > 0 && !may_send(stream, fits)) fits /= 2;
  if (fits == 0) wait_to_send(stream, is_message ? size : 1);
  return fits;
}

/// The application waits for room: it hears of it when there is some, in the buffer and in memory.
void StreamTable::State::tell_writable(Stream& stream) {
  // Half of the buffer at a time, so that a full one does not cause an event for every packet.
  const bool has_room = stream.send.buffered() <= send_buffer_bytes_max / 2;
  if (!stream.wants_room || stream.send.ended() || !has_room) return;
  if (!may_send(stream, stream.wanted)) return wait_to_send(stream, stream.wanted);
  stream.wants_room = false;
  notify(stream, Notice::kWritable);
}

/// [FLOW-5, LIM-7]
bool StreamTable::State::renews(const RecvCredit& credit) {
  const std::uint64_t cap = account.credit();
  if (credit.waits_for(cap)) {
    account.wait_for_credit(static_cast<std::size_t>(std::min(2 * cap, credit.window())));
  }
  return credit.update_due(cap);
}

void StreamTable::State::renew(Stream& stream) {
  if (stream.recv.wants_credit() && renews(stream.recv.credit())) {
    want(stream, Control::kMaxStreamData);
  }
}

void StreamTable::State::renew_session() {
  if (renews(recv_credit)) announce_data = true;
}

void StreamTable::on_memory() {
  State& state = *state_;
  state.account.on_woken();
  state.renew_session();
  state.streams.for_each([&state](Stream& stream) {
    if (stream.closed) return;
    state.renew(stream);
    state.tell_writable(stream);
  });
}

std::size_t StreamTable::buffered_bytes() const {
  return state_->recv_pool.allocated_bytes() + state_->send_pool.allocated_bytes() -
         state_->streams.size() * kStreamRecordBytes;
}

std::size_t StreamTable::held(MemoryUse use) const { return state_->account.held(use); }

void StreamTable::trim() {
  state_->recv_pool.drop_spares();
  state_->send_pool.drop_spares();
}

bool StreamTable::worth_watching() const { return state_->account.worth_watching(); }

bool StreamTable::overdue(Instant now) { return state_->account.overdue(now); }

void StreamTable::abandon() {
  state_->parts.reset();
  state_->streams.for_each([](Stream& stream) {
    stream.send.abandon();
    stream.recv.abandon();
  });
  trim();
}

}  // namespace jetstream::stream
