// SPDX-License-Identifier: MIT
#include "daemon/services/echo.h"

namespace jetstream::daemon {

Pumped EchoBytesHandler::pump(const StreamRef& stream) {
  auto& [endpoint, session, id] = stream;
  for (std::size_t round = 0; round < kRoundsPerPump; ++round) {
    const auto view = endpoint.read(session, id);
    if (!view || (view->data.empty() && !view->fin)) return Pumped::kIdle;
    std::size_t taken = 0;
    if (!view->data.empty()) {
      taken = endpoint.send(session, id, view->data).value_or(0);
      if (taken == 0) return Pumped::kIdle;  // pumped again when there is room
    }
    bytes_sent_ += taken;
    const bool all = taken == view->data.size();
    const bool last = view->fin;
    if (!endpoint.consume(session, id, taken)) return Pumped::kIdle;
    if (last && all) {
      (void)endpoint.finish(session, id);
      return Pumped::kIdle;
    }
  }
  return Pumped::kMore;
}

Pumped EchoMessagesHandler::pump(const StreamRef& stream) {
  auto& [endpoint, session, id] = stream;
  for (std::size_t round = 0; round < kRoundsPerPump; ++round) {
    const auto view = endpoint.read(session, id);
    if (!view || (view->data.empty() && !view->fin && !view->message_end)) return Pumped::kIdle;
    if (view->message_end) {
      if (!send_message(stream, view->data)) return Pumped::kIdle;
    } else {
      message_.insert(message_.end(), view->data.begin(), view->data.end());
    }
    const bool last = view->fin;
    if (!endpoint.consume(session, id, view->data.size())) return Pumped::kIdle;
    if (last) {
      (void)endpoint.finish(session, id);
      return Pumped::kIdle;
    }
  }
  return Pumped::kMore;
}

bool EchoMessagesHandler::send_message(const StreamRef& stream, Bytes last_part) {
  Bytes whole = last_part;
  const std::size_t before = message_.size();
  if (before > 0) {
    message_.insert(message_.end(), last_part.begin(), last_part.end());
    whole = message_;
  }
  const auto sent = stream.endpoint.send(stream.session, stream.stream, whole);
  if (sent) {
    bytes_sent_ += *sent;
    message_.clear();
    return true;
  }
  message_.resize(before);  // the last part was not consumed and comes again
  if (sent.error().code != LocalCode::kWouldBlock) {
    // The client sends messages that it would not take itself.
    (void)stream.endpoint.reset(stream.session, stream.stream, stream_error::kServiceFailed);
    (void)stream.endpoint.stop_sending(stream.session, stream.stream, stream_error::kServiceFailed);
  }
  return false;
}

}  // namespace jetstream::daemon
