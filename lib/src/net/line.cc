// SPDX-License-Identifier: MIT
#include "net/line.h"

#include <algorithm>
#include <utility>

namespace jetstream::net {

Error Line::why_over() const {
  const CloseInfo& info = *close_info_;
  std::string text = "the session is over: " + std::string(to_string(info.reason));
  if (!info.message.empty()) text += ": " + info.message;
  return {info.local.value_or(LocalCode::kClosing), std::move(text)};
}

Result<StreamId> Line::open_stream(const StreamOptions& options) {
  if (driver_ == nullptr) return unexpected(why_over());
  driver_->wake();
  auto stream = driver_->endpoint().open_stream(handle_, options);
  if (stream && early_) {
    early_->streams.push_back({.id = *stream, .options = options, .sent = {}, .reset = {}});
  }
  return stream;
}

void Line::accept_stream(Completion<StreamId> completion) {
  if (opened_.empty()) {
    if (driver_ == nullptr) return completion(unexpected(why_over()));
    return accepting_.push_back(std::move(completion));
  }
  const StreamId stream = opened_.front();
  opened_.pop_front();
  completion(stream);
}

void Line::send(StreamId stream, Bytes data, Completion<> completion) {
  if (driver_ == nullptr) return completion(unexpected(why_over()));
  StreamWaits& waits = streams_[stream];
  waits.sends.push_back({.rest = data, .completion = std::move(completion), .kept = {}});
  if (waits.sends.size() == 1) pump_sends(stream, waits);
  forget_if_idle(stream);
  driver_->wake();
}

void Line::pump_sends(StreamId stream, StreamWaits& waits) {
  while (!waits.sends.empty()) {
    PendingSend& next = waits.sends.front();
    auto taken = driver_->endpoint().send(handle_, stream, next.rest);
    if (!taken && taken.error().code == LocalCode::kWouldBlock) return;
    if (taken) {
      if (early_) keep_early(stream, next.rest.first(*taken));
      next.rest = next.rest.subspan(*taken);
      if (!next.rest.empty()) return;
      if (next.completion) next.completion({});
    } else if (next.completion) {
      next.completion(unexpected(taken.error()));
    }
    waits.sends.pop_front();
  }
  if (!std::exchange(waits.finish_after_sends, false)) return;
  if (early_) finish_early(stream);
  // Whoever asked was told yes; a stream that is over by now needs no end any more.
  static_cast<void>(driver_->endpoint().finish(handle_, stream));
}

void Line::recv(StreamId stream, Completion<Received> completion) {
  if (const auto kept = kept_.find(stream); kept != kept_.end()) {
    completion(std::move(kept->second.pieces.front()));
    kept->second.pieces.pop_front();
    if (kept->second.pieces.empty()) kept_.erase(kept);
    return;
  }
  if (driver_ == nullptr) return completion(unexpected(why_over()));
  StreamWaits& waits = streams_[stream];
  if (waits.recv) {
    return completion(refuse(LocalCode::kInvalidArgument, "recv() is under way on this stream"));
  }
  waits.recv = std::move(completion);
  pump_recv(stream, waits);
  forget_if_idle(stream);
  driver_->wake();
}

/// Adds to `piece` what can be read now; true if it is something to hand out: bytes, a whole
/// message, or the stream's end.
Result<bool> Line::take_piece(StreamId stream, Received& piece) {
  Endpoint& endpoint = driver_->endpoint();
  while (true) {
    auto view = endpoint.read(handle_, stream);
    if (!view) return unexpected(view.error());
    const bool news = !view->data.empty() || view->message_end || view->fin;
    if (!news) return false;
    piece.data.insert(piece.data.end(), view->data.begin(), view->data.end());
    piece.message_end = view->message_end;
    piece.fin = view->fin;
    auto info = endpoint.stream_info(handle_, stream);
    const bool whole =
        piece.message_end || piece.fin || !info || info->options.framing == Framing::kBytes;
    auto consumed = endpoint.consume(handle_, stream, view->data.size());
    if (!consumed) return unexpected(consumed.error());
    if (whole) return true;
  }
}

/// Completes a pending recv() if there is something, or an error.
void Line::pump_recv(StreamId stream, StreamWaits& waits) {
  if (early_) return;
  while (waits.recv) {
    const auto whole = take_piece(stream, waits.partial);
    if (!whole) return waits.recv(unexpected(whole.error()));
    if (!*whole) return;
    waits.recv(std::exchange(waits.partial, {}));
  }
}

/// What has arrived stays to be read although the session is over: for the peer, which was told so
/// by acknowledgements, it is delivered. At most what the windows let in.
void Line::keep_unread() {
  std::vector<StreamInfo> all;
  driver_->endpoint().visit_streams(handle_, [&](const StreamInfo& info) { all.push_back(info); });
  for (const StreamInfo& info : all) {
    Kept kept{.info = info, .pieces = {}};
    const auto waits = streams_.find(info.id);
    if (waits != streams_.end()) pump_recv(info.id, waits->second);
    Received piece = waits != streams_.end() ? std::move(waits->second.partial) : Received{};
    bool fin = false;
    while (!fin && take_piece(info.id, piece).value_or(false)) {
      fin = piece.fin;
      kept.pieces.push_back(std::exchange(piece, {}));
    }
    if (!kept.pieces.empty()) kept_.emplace(info.id, std::move(kept));
  }
  std::erase_if(opened_, [this](StreamId id) { return !kept_.contains(id); });
}

Result<StreamInfo> Line::stream_info(StreamId stream) const {
  if (driver_ != nullptr) return driver_->endpoint().stream_info(handle_, stream);
  const auto kept = kept_.find(stream);
  if (kept == kept_.end()) return unexpected(why_over());
  return kept->second.info;
}

void Line::forget_if_idle(StreamId stream) {
  auto found = streams_.find(stream);
  if (found != streams_.end() && found->second.idle()) streams_.erase(found);
}

Result<> Line::finish(StreamId stream) {
  if (driver_ == nullptr) return unexpected(why_over());
  driver_->wake();
  auto found = streams_.find(stream);
  if (found == streams_.end() || found->second.sends.empty()) {
    if (early_) finish_early(stream);
    return driver_->endpoint().finish(handle_, stream);
  }
  found->second.finish_after_sends = true;
  return {};
}

Result<> Line::reset(StreamId stream, std::uint64_t code) {
  if (driver_ == nullptr) return unexpected(why_over());
  driver_->wake();
  if (auto found = streams_.find(stream); found != streams_.end()) {
    StreamWaits waits = std::move(found->second);
    streams_.erase(found);
    fail(waits, {LocalCode::kReset, "the stream was reset by this side"});
  }
  if (EarlyStream* early = early_ ? early_->find(stream) : nullptr) early->reset = code;
  Endpoint& endpoint = driver_->endpoint();
  auto reset = endpoint.reset(handle_, stream, code);
  auto stopped = endpoint.stop_sending(handle_, stream, code);
  // One direction may be over already; only a stream that knows neither is an error.
  return reset || stopped ? Result<>() : reset;
}

void Line::close(CloseReason reason, std::string_view message) {
  if (driver_ == nullptr) return;
  driver_->wake();
  static_cast<void>(driver_->endpoint().close(driver_->now(), handle_, reason, message));
}

Result<> Line::drain(const DrainOptions& options) {
  if (driver_ == nullptr) return unexpected(why_over());
  driver_->wake();
  return driver_->endpoint().drain(driver_->now(), handle_, options);
}

void Line::closed(Completion<CloseInfo> completion) {
  if (driver_ == nullptr) return completion(*close_info_);
  closing_.push_back(std::move(completion));
}

void Line::generate_ticket(Completion<SessionTicket> completion) {
  if (driver_ == nullptr) return completion(unexpected(why_over()));
  Endpoint& endpoint = driver_->endpoint();
  const auto info = endpoint.info(handle_);
  if (info && info->role == Role::kServer) {
    return completion(refuse(LocalCode::kInvalidArgument, "tickets come to clients"));
  }
  awaiting_ticket_.push_back(std::move(completion));
  pump_tickets();
  if (awaiting_ticket_.empty()) return;
  // Where this is refused the session ends, and with it what waits.
  static_cast<void>(endpoint.generate_session_ticket(handle_));
  driver_->wake();
}

void Line::pump_tickets() {
  while (!awaiting_ticket_.empty()) {
    auto ticket = driver_->endpoint().take_ticket(handle_);
    if (!ticket) return;
    awaiting_ticket_.front()(*std::move(ticket));
    awaiting_ticket_.pop_front();
  }
}

void Line::on_event(const Event& event) {
  if (event.kind == EventKind::kTicket) return pump_tickets();
  if (event.kind == EventKind::kStreamOpened) {
    if (accepting_.empty()) return opened_.push_back(event.stream);
    accepting_.front()(event.stream);
    return accepting_.pop_front();
  }
  // What nobody has taken yet and is over is not worth taking any more; otherwise a peer could make
  // the list grow.
  if (event.kind == EventKind::kStreamClosed) std::erase(opened_, event.stream);

  auto found = streams_.find(event.stream);
  if (found == streams_.end()) return;
  StreamWaits& waits = found->second;
  const std::string code = "code " + std::to_string(event.code);
  switch (event.kind) {
    case EventKind::kReadable:
      pump_recv(event.stream, waits);
      break;
    case EventKind::kWritable:
      pump_sends(event.stream, waits);
      break;
    case EventKind::kStreamReset:
      if (waits.recv) waits.recv(refuse(LocalCode::kReset, "the peer reset the stream, " + code));
      waits.partial = {};
      break;
    case EventKind::kStreamStopped:
      fail_sends(waits, {LocalCode::kReset, "the peer wants no more data, " + code});
      break;
    case EventKind::kStreamClosed:
      fail(waits, {LocalCode::kUnknownStream, "the stream is over"});
      break;
    default:
      break;
  }
  forget_if_idle(event.stream);
}

void Line::fail_sends(StreamWaits& waits, const Error& error) {
  for (PendingSend& send : waits.sends) {
    if (send.completion) send.completion(unexpected(error));
  }
  waits.sends.clear();
}

void Line::fail(StreamWaits& waits, const Error& error) {
  fail_sends(waits, error);
  if (waits.recv) waits.recv(unexpected(error));
  waits.partial = {};
}

void Line::end(const CloseInfo& info) {
  // Who closes the session itself has no use for the rest.
  if (info.by_peer || info.reason == CloseReason::kTimeout) {
    keep_unread();
  } else {
    opened_.clear();
  }
  driver_ = nullptr;
  close_info_ = info;
  const Error error = why_over();
  if (connecting) connecting(unexpected(error));
  if (auto early = std::exchange(early_, std::nullopt)) {
    for (auto& waiting : early->waiting) waiting(unexpected(error));
  }
  for (auto& [stream, waits] : std::exchange(streams_, {})) fail(waits, error);
  for (auto& accept : std::exchange(accepting_, {})) accept(unexpected(error));
  for (auto& ticket : std::exchange(awaiting_ticket_, {})) ticket(unexpected(error));
  for (auto& waiting : std::exchange(closing_, {})) waiting(*close_info_);
}

}  // namespace jetstream::net
