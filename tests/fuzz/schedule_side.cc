// SPDX-License-Identifier: MIT
#include "fuzz/schedule_side.h"

namespace jetstream::testing {
namespace {

using namespace std::chrono_literals;

/// Messages that travel one by one carry a number in their first byte.
constexpr std::size_t kMessagesMax = 200;

bool one_by_one(Delivery delivery) { return delivery != Delivery::kReliable; }

bool must_arrive(Delivery delivery) {
  return delivery == Delivery::kReliable || delivery == Delivery::kUnordered;
}

/// How a session of two honest endpoints may end, whatever the network does.
bool innocent(TransportCode code) {
  return code == TransportCode::kNoError || code == TransportCode::kGoingAway ||
         code == TransportCode::kIdleTimeout || code == TransportCode::kHeartbeatTimeout;
}

}  // namespace

std::uint8_t ScheduleSide::pattern(StreamId id, bool own, std::uint64_t offset) const {
  const std::uint64_t direction = own == is_client_ ? 1 : 2;
  return static_cast<std::uint8_t>(
      ((offset + 1) * 0x9e3779b97f4a7c15 * direction + id.value() * 31) >> 40);
}

void ScheduleSide::forget() {
  noticed_ = endpoint.events.size();
  session_.reset();
  streams_.clear();
  chosen_.reset();
  connected_ = closed_ = false;
}

void ScheduleSide::command(std::uint8_t arg) {
  if (!session_ || closed_ || finishing_) return;
  const unsigned detail = arg >> 3;
  switch (arg & 7) {
    case 0:
      return open(detail);
    case 1:
      return send(detail);
    case 2:
      return send(detail * 500);
    case 3:
      if (!streams_.empty()) chosen_ = std::next(streams_.begin(), detail % streams_.size())->first;
      return;
    case 4:
      if (chosen_) (void)endpoint->finish(*session_, *chosen_);
      return;
    case 5:
      (void)endpoint->ping(endpoint.now, *session_);
      return;
    case 6:
      (void)endpoint->generate_session_ticket(*session_);
      return;
    default:
      return leave(detail);
  }
}

void ScheduleSide::open(unsigned kind) {
  StreamOptions options{.service = "echo", .urgency = static_cast<std::uint8_t>(kind % 8)};
  options.delivery = static_cast<Delivery>(kind % 4);
  const bool messages = one_by_one(options.delivery) || kind >= 16;
  options.framing = messages ? Framing::kMessages : Framing::kBytes;
  options.time_to_live = 200ms;
  options.early = true;
  const auto id = endpoint->open_stream(*session_, options);
  if (id) learn(*id);
}

void ScheduleSide::learn(StreamId id) {
  const StreamInfo info = endpoint->stream_info(*session_, id).value();
  streams_[id].delivery = info.options.delivery;
  chosen_ = id;
  if (finishing_) (void)endpoint->finish(*session_, id);
}

void ScheduleSide::send(std::size_t bytes) {
  if (!chosen_ || bytes > budget_) return;
  Stream& stream = streams_[*chosen_];
  if (one_by_one(stream.delivery)) return send_message(*chosen_, stream, bytes);
  Buffer data(bytes);
  for (std::size_t i = 0; i < bytes; ++i) data[i] = pattern(*chosen_, true, stream.sent + i);
  const auto taken = endpoint->send(*session_, *chosen_, data);
  if (!taken) return;
  stream.sent += *taken;
  budget_ -= *taken;
}

void ScheduleSide::send_message(StreamId id, Stream& stream, std::size_t bytes) {
  const auto number = static_cast<std::uint8_t>(stream.sizes.size());
  if (number == kMessagesMax) return;
  Buffer data(bytes + 1);
  data[0] = number;
  for (std::size_t i = 1; i < data.size(); ++i) data[i] = pattern(id, true, number + i);
  if (!endpoint->send(*session_, id, data)) return;
  stream.sizes[number] = data.size();
  budget_ -= bytes;
}

void ScheduleSide::leave(unsigned how) {
  if (how < 8 && chosen_) {
    gave_up_ = true;
    if (how < 4) (void)endpoint->reset(*session_, *chosen_, how);
    if (how >= 4) (void)endpoint->stop_sending(*session_, *chosen_, how);
  } else if (how == 30) {
    gave_up_ = true;
    DrainOptions options;
    options.deadline = 2s;
    (void)endpoint->drain(endpoint.now, *session_, options);
  } else if (how == 31) {
    close();
  }
}

void ScheduleSide::close() {
  gave_up_ = true;
  if (session_) (void)endpoint->close(endpoint.now, *session_, CloseReason::kNormal, "done");
}

void ScheduleSide::notice() {
  for (; noticed_ < endpoint.events.size(); ++noticed_) {
    const Event event = endpoint.events[noticed_];
    if (session_ && event.session != *session_) {
      // Of a handshake that the client has given up, from where it was before. Only a client that
      // starts over makes another session.
      if (event.kind != EventKind::kAccepted) continue;
      const std::size_t at = noticed_;
      forget();
      noticed_ = at;
    }
    if (event.kind == EventKind::kAccepted) session_ = event.session;
    if (event.kind == EventKind::kEarlyRejected) {
      streams_.erase(event.stream);
      if (chosen_ == event.stream) chosen_.reset();
    }
    if (event.kind == EventKind::kConnected || event.kind == EventKind::kAccepted) {
      connected_ = true;
    }
    if (event.kind == EventKind::kClosed) on_closed();
    // A stream that was opened and is over already has no information any more.
    if (event.kind == EventKind::kStreamOpened && !closed_ &&
        endpoint->stream_info(event.session, event.stream)) {
      learn(event.stream);
    }
  }
}

void ScheduleSide::on_closed() {
  const CloseInfo* why = endpoint->close_info(*session_);
  JS_ASSERT(why != nullptr);
  was_reset_ = why->by_peer && why->code == TransportCode::kInternalError;
  // A server that took early data of a client that then never finished.
  const bool abandoned = !is_client_ && why->code == TransportCode::kHandshakeFailed;
  JS_ASSERT(innocent(why->code) || !connected_ || was_reset_ || abandoned);
  closed_ = true;
}

void ScheduleSide::read_all() {
  if (!session_ || closed_) return;
  for (auto& [id, stream] : streams_) read(id, stream);
}

void ScheduleSide::read(StreamId id, Stream& stream) {
  while (const auto view = endpoint->read(*session_, id)) {
    if (view->data.empty() && !view->message_end && !view->fin) return;
    take(id, stream, *view);
    const bool fin = view->fin;
    JS_ASSERT(endpoint->consume(*session_, id, view->data.size()).has_value());
    if (fin) return;
  }
}

void ScheduleSide::take(StreamId id, Stream& stream, const ReadView& view) {
  if (!one_by_one(stream.delivery)) {
    for (const std::uint8_t byte : view.data) {
      JS_ASSERT(byte == pattern(id, false, stream.received++));
    }
    return;
  }
  stream.arriving.insert(stream.arriving.end(), view.data.begin(), view.data.end());
  if (!view.message_end) return;
  const Buffer message = std::move(stream.arriving);
  stream.arriving.clear();
  JS_ASSERT(!message.empty());
  for (std::size_t i = 1; i < message.size(); ++i) {
    JS_ASSERT(message[i] == pattern(id, false, message[0] + i));
  }
  JS_ASSERT(stream.messages_received.emplace(message[0], message.size()).second);
}

void ScheduleSide::finish_all() {
  finishing_ = true;
  if (!session_ || closed_) return;
  for (const auto& [id, stream] : streams_) (void)endpoint->finish(*session_, id);
}

bool ScheduleSide::over() {
  if (closed_) return true;
  if (!connected_) return !is_client_;
  const auto info = endpoint->info(*session_);
  return !info || info->streams_open == 0;
}

void ScheduleSide::check_received_from(const ScheduleSide& sender) const {
  if (gave_up_ || closed_ || sender.gave_up_ || sender.closed_) return;
  for (const auto& [id, sent] : sender.streams_) {
    const auto found = streams_.find(id);
    JS_ASSERT(found != streams_.end());
    const Stream& received = found->second;
    JS_ASSERT(received.received == sent.sent);
    for (const auto& [number, size] : received.messages_received) {
      JS_ASSERT(sent.sizes.at(number) == size);
    }
    if (must_arrive(sent.delivery)) {
      JS_ASSERT(received.messages_received.size() == sent.sizes.size());
    }
  }
}

}  // namespace jetstream::testing
