// SPDX-License-Identifier: MIT
//
// Messages that travel one by one, and what becomes of them with time.
#include <algorithm>
#include <utility>

#include "stream/table_state.h"
#include "stream/violation.h"

namespace jetstream::stream {

using wire::FrameType;

void StreamTable::State::count_partials(Stream& stream) {
  const auto partials = static_cast<std::uint32_t>(stream.recv.partials());
  partial_total += partials - std::exchange(stream.partials, partials);
}

Result<void, Violation> StreamTable::on_frame(const wire::MsgFrame& frame) {
  const auto named = state_->named_by_peer(frame.stream, FrameType::kMsg);
  if (!named) return unexpected(named.error());
  if (*named == nullptr) return {};
  Stream& stream = **named;
  const State::Arrived before(stream);
  auto taken = stream.options.delivery == Delivery::kBestEffort
                   ? state_->take_best_effort(stream, frame)
                   : stream.recv.on_message(frame, state_->local_message_bytes_max,
                                            state_->recv_credit, state_->own_account());
  if (!taken) return taken;
  state_->count_partials(stream);
  if (auto bounded = state_->check_fragments(stream); !bounded) return bounded;
  state_->count_effect(stream, before, frame.data.size());
  const bool is_news =
      stream.recv.arrived() > before.readable || stream.recv.all_arrived() != before.all;
  if (is_news && stream.recv.readable()) state_->notify(stream, Notice::kReadable);
  state_->after_reading(stream);
  return {};
}

/// [MSG-8, MSG-9]
Result<void, Violation> StreamTable::State::take_best_effort(Stream& stream,
                                                             const wire::MsgFrame& frame) {
  const std::uint64_t bytes_max =
      std::min<std::uint64_t>(local_message_bytes_max, BestEffortParts::kMessageBytesMax);
  if (frame.total > bytes_max) {
    return violated(TransportCode::kProtocolViolation, "best-effort message larger than allowed",
                    FrameType::kMsg);
  }
  if (stream.recv.done() || stream.recv.stopped()) return {};
  std::optional<Bytes> whole;
  if (frame.whole()) {
    whole = frame.data;
  } else {
    if (!parts) parts = std::make_unique<BestEffortParts>(recv_pool, gap_total);
    whole = parts->take(now, frame);
  }
  if (whole && !stream.recv.add_message(*whole, own_account())) {
    ++stream.messages_dropped;
    ++effects;  // New data: that nobody reads it in time is no fault of the peer [LIM-10].
  }
  if (parts && parts->empty()) parts.reset();
  return {};
}

Result<void, Violation> StreamTable::on_frame(const wire::MsgSkipFrame& frame) {
  const auto named = state_->named_by_peer(frame.stream, FrameType::kMsgSkip);
  if (!named) return unexpected(named.error());
  if (*named == nullptr) return {};
  Stream& stream = **named;
  const State::Arrived before(stream);
  auto taken = stream.recv.on_skip(frame, state_->recv_credit, state_->own_account());
  if (!taken) return taken;
  state_->count_effect(stream, before, 0);
  if (stream.recv.all_arrived() != before.all && stream.recv.readable()) {
    state_->notify(stream, Notice::kReadable);
  }
  state_->after_reading(stream);
  return {};
}

void StreamTable::on_time(Instant now, Duration pto, Duration rtt) {
  State& state = *state_;
  state.now = now;
  state.pto = pto;
  state.rtt = rtt;
  if (state.parts) {
    state.parts->expire(now, std::max(BestEffortParts::kLifeMin, 3 * pto));
    if (state.parts->empty()) state.parts.reset();
  }
  if (!state.unstamped && now < state.next_expiry) return;
  state.unstamped = false;
  state.next_expiry = kNever;
  state.mortal.for_each([&state](Stream& stream) { state.age(stream); });
}

/// [MSG-6]
void StreamTable::State::age(Stream& stream) {
  stream.send.stamp(now, stream.options.time_to_live);
  if (stream.send.expire(now)) want(stream, Control::kMsgSkip);
  next_expiry = std::min(next_expiry, stream.send.messages().deadline());
  after_delivery(stream);
}

Instant StreamTable::deadline() const {
  if (!state_->parts) return state_->next_expiry;
  const Duration life = std::max(BestEffortParts::kLifeMin, 3 * state_->pto);
  return std::min(state_->next_expiry, state_->parts->oldest() + life);
}

Result<> StreamTable::set_time_to_live(StreamId id, Duration time) {
  Stream* stream = state_->active(id);
  if (stream == nullptr) return refuse(LocalCode::kUnknownStream, "no such stream");
  if (auto checked = check_time_to_live(time); !checked) return checked;
  stream->options.time_to_live = time;
  return {};
}

}  // namespace jetstream::stream
