// SPDX-License-Identifier: MIT
//
// What the application does with streams, and what it hears of them.
#include <algorithm>
#include <array>

#include "stream/table_state.h"
#include "wire/varint.h"

namespace jetstream::stream {
namespace {

tl::unexpected<Error> no_such_stream() {
  return refuse(LocalCode::kUnknownStream, "no such stream");
}

Result<> check_options(const StreamOptions& options) {
  if (!wire::is_service_name(options.service)) {
    return refuse(LocalCode::kInvalidArgument,
                  "a service name is up to 63 bytes of printable ASCII without spaces");
  }
  if (options.urgency > wire::kUrgencyMax || options.weight == 0) {
    return refuse(LocalCode::kInvalidArgument, "urgency is 0 to 7, weight 1 to 255");
  }
  if (!wire::go_together(options.delivery, options.framing)) {
    return refuse(LocalCode::kInvalidArgument, "only a stream in order can carry bytes");
  }
  return check_time_to_live(options.time_to_live);
}

Result<> check_code(std::uint64_t code) {
  if (code <= wire::kVarintMax) return {};
  return refuse(LocalCode::kInvalidArgument, "stream error codes must be below 2^62");
}

EventKind event_kind(Notice notice) {
  switch (notice) {
    case Notice::kOpened:
      return EventKind::kStreamOpened;
    case Notice::kReadable:
      return EventKind::kReadable;
    case Notice::kReset:
      return EventKind::kStreamReset;
    case Notice::kStopped:
      return EventKind::kStreamStopped;
    case Notice::kWritable:
      return EventKind::kWritable;
    case Notice::kClosed:
      break;
  }
  return EventKind::kStreamClosed;
}

}  // namespace

void StreamTable::State::after_reading(Stream& stream) {
  count_partials(stream);
  if (stream.recv.done() || stream.recv.stopped()) {
    unwant(stream, Control::kMaxStreamData);
  }
  if (stream.recv.done()) unwant(stream, Control::kStopSending);
  renew(stream);
  renew_session();
  if (!stream.recv.readable()) unnotify(stream, Notice::kReadable);
  close_if_over(stream);
}

Result<> check_time_to_live(Duration time) {
  using namespace std::chrono_literals;
  if (time >= 1ms && time <= 10min) return {};
  return refuse(LocalCode::kInvalidArgument, "a time to live is 1 ms to 10 min");
}

Result<StreamId> StreamTable::open(const StreamOptions& options) {
  if (auto checked = check_options(options); !checked) return unexpected(checked.error());
  if (!state_->own_ids.may_open()) {
    state_->open_refused = true;
    return refuse(LocalCode::kStreamLimit, "the peer allows no more streams now");
  }
  Stream& stream = state_->create(nth_stream(state_->role, state_->own_ids.open()), false);
  stream.set_options(options);
  // Nothing has arrived yet that could break a rule.
  (void)stream.recv.set_delivery(options.delivery, state_->recv_credit, state_->own_account());
  (void)stream.recv.set_framing(options.framing, state_->local_message_bytes_max);
  if (options.delivery == Delivery::kExpiring) state_->mortal.push_back(stream.mortal_link);
  state_->want(stream, Control::kOpen);
  return stream.id;
}

std::uint64_t StreamTable::State::message_bytes_max(const Stream& stream) const {
  const std::uint64_t most =
      std::min<std::uint64_t>(peer_message_bytes_max, account.message_bytes_max());
  switch (stream.options.delivery) {
    case Delivery::kReliable:
      return most;
    case Delivery::kBestEffort:
      return std::min<std::uint64_t>(most, BestEffortParts::kMessageBytesMax);
    default:  // Credit has to be there for all of it, and windows never get smaller [MSG-5].
      return std::min({most, peer_max_stream_data, peer_max_data});
  }
}

Result<std::size_t> StreamTable::send(StreamId id, Bytes data) {
  Stream* stream = state_->active(id);
  if (stream == nullptr) return no_such_stream();
  if (stream->send.ended()) return refuse(LocalCode::kClosing, "sending ended");
  const bool is_message = stream->options.framing == Framing::kMessages;
  if (is_message && data.size() > state_->message_bytes_max(*stream)) {  // [STR-13]
    return refuse(LocalCode::kMessageTooLarge, "larger than the peer's message_bytes_max");
  }
  if (data.empty() && !is_message) return 0;
  const std::size_t room = state_->room_to_send(*stream, data.size());
  const std::size_t taken = is_message ? data.size() : std::min(room, data.size());
  stream->wants_room = is_message ? room == 0 : taken < data.size();
  if (room == 0 && stream->wants_room) return refuse(LocalCode::kWouldBlock, "no room now");

  if (is_message)
    stream->send.append_message(data);
  else
    stream->send.append(data.first(taken));
  if (stream->options.delivery == Delivery::kExpiring) state_->unstamped = true;
  stream->bytes_taken += taken;
  state_->reschedule(*stream);
  return taken;
}

Result<> StreamTable::finish(StreamId id) {
  Stream* stream = state_->active(id);
  if (stream == nullptr) return no_such_stream();
  if (stream->send.ended()) return {};
  stream->send.finish();
  state_->unnotify(*stream, Notice::kWritable);
  state_->reschedule(*stream);
  return {};
}

Result<> StreamTable::reset(StreamId id, std::uint64_t code) {
  Stream* stream = state_->active(id);
  if (stream == nullptr) return no_such_stream();
  if (auto checked = check_code(code); !checked) return checked;
  if (stream->send.was_reset() || stream->send.done()) return {};
  state_->reset_sending(*stream, code);
  return {};
}

Result<> StreamTable::stop_sending(StreamId id, std::uint64_t code) {
  Stream* stream = state_->active(id);
  if (stream == nullptr) return no_such_stream();
  if (auto checked = check_code(code); !checked) return checked;
  if (stream->recv.stop(state_->credit_for(*stream))) {
    stream->stop_sending_code = code;
    state_->want(*stream, Control::kStopSending);
  }
  state_->after_reading(*stream);
  return {};
}

Result<ReadView> StreamTable::read(StreamId id) {
  Stream* stream = state_->active(id);
  if (stream == nullptr) return no_such_stream();
  if (stream->recv.was_reset()) return refuse(LocalCode::kReset, "reset by peer");
  if (stream->recv.stopped()) return refuse(LocalCode::kClosing, "reading ended");
  return stream->recv.read(state_->credit_for(*stream));
}

Result<> StreamTable::consume(StreamId id, std::size_t bytes) {
  Stream* stream = state_->active(id);
  if (stream == nullptr) return no_such_stream();
  if (stream->recv.was_reset()) return refuse(LocalCode::kReset, "reset by peer");
  if (stream->recv.stopped()) return refuse(LocalCode::kClosing, "reading ended");
  if (!stream->recv.consume(bytes, state_->credit_for(*stream))) {
    return refuse(LocalCode::kInvalidArgument, "more than the last view holds");
  }
  state_->after_reading(*stream);
  return {};
}

std::optional<std::uint64_t> StreamTable::message_ahead(StreamId id) const {
  const Stream* stream = state_->active(id);
  return stream == nullptr ? std::nullopt : stream->recv.message_ahead();
}

void StreamTable::drop_message(StreamId id) {
  Stream* stream = state_->active(id);
  if (stream == nullptr) return;
  stream->recv.drop_message(state_->credit_for(*stream));
  ++stream->messages_dropped;
  state_->after_reading(*stream);
}

bool StreamTable::ends_message(StreamId id, std::size_t bytes) const {
  const Stream* stream = state_->active(id);
  return stream != nullptr && stream->recv.ends_message(bytes);
}

const StreamOptions* StreamTable::options(StreamId id) const {
  const Stream* stream = state_->active(id);
  return stream != nullptr ? &stream->options : nullptr;
}

Result<StreamInfo> StreamTable::info(StreamId id) const {
  const Stream* stream = state_->streams.find(id);
  if (stream == nullptr) return no_such_stream();
  return stream->info();
}

void StreamTable::visit(const std::function<void(const StreamInfo&)>& visit) const {
  state_->streams.for_each([&visit](const Stream& stream) { visit(stream.info()); });
}

std::size_t StreamTable::open_count() const { return state_->open_count; }

bool StreamTable::all_delivered() const {
  bool all = true;
  state_->streams.for_each([&all](const Stream& stream) {
    all = all && (stream.opened_by_peer || stream.open_acked) && stream.send.delivered();
  });
  return all;
}

bool StreamTable::has_event() const {
  return state_->streams_available || !state_->notices.empty();
}

std::optional<StreamEvent> StreamTable::poll_event() {
  if (state_->streams_available) {
    state_->streams_available = false;
    return StreamEvent{EventKind::kStreamsAvailable, StreamId()};
  }
  if (state_->notices.empty()) return std::nullopt;
  Stream& stream = state_->notices.front().owner();
  const Notice notice = stream.notices.first();
  StreamEvent event{event_kind(notice), stream.id};
  if (notice == Notice::kReset) event.code = stream.peer_reset_code;
  if (notice == Notice::kStopped) event.code = stream.peer_stop_code;
  state_->unnotify(stream, notice);
  if (notice == Notice::kClosed) state_->forget(stream);
  return event;
}

}  // namespace jetstream::stream
