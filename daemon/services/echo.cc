// SPDX-License-Identifier: MIT
#include "daemon/services/echo.h"

namespace jetstream::daemon {

void EchoBytesHandler::pump(const StreamRef& stream) {
  auto& [endpoint, session, id] = stream;
  while (true) {
    const auto view = endpoint.read(session, id);
    if (!view || (view->data.empty() && !view->fin)) return;
    std::size_t taken = 0;
    if (!view->data.empty()) {
      taken = endpoint.send(session, id, view->data).value_or(0);
      if (taken == 0) return;  // pumped again when there is room
    }
    bytes_sent_ += taken;
    const bool all = taken == view->data.size();
    const bool last = view->fin;
    if (!endpoint.consume(session, id, taken)) return;
    if (last && all) {
      (void)endpoint.finish(session, id);
      return;
    }
  }
}

void EchoMessagesHandler::pump(const StreamRef& stream) {
  auto& [endpoint, session, id] = stream;
  while (true) {
    const auto view = endpoint.read(session, id);
    if (!view || (view->data.empty() && !view->fin && !view->message_end)) return;
    if (view->message_end) {
      if (!send_message(stream, view->data)) return;
    } else {
      message_.insert(message_.end(), view->data.begin(), view->data.end());
    }
    const bool last = view->fin;
    if (!endpoint.consume(session, id, view->data.size())) return;
    if (last) {
      (void)endpoint.finish(session, id);
      return;
    }
  }
}

bool EchoMessagesHandler::send_message(const StreamRef& stream, Bytes last_part) {
  Bytes whole = last_part;
  const std::size_t before = message_.size();
  if (before > 0) {
    message_.insert(message_.end(), last_part.begin(), last_part.end());
    whole = message_;
  }
  const auto sent = stream.endpoint.send(stream.session, stream.stream, whole);
  if (!sent) {
    message_.resize(before);  // the last part was not consumed and comes again
    return false;
  }
  bytes_sent_ += *sent;
  message_.clear();
  return true;
}

}  // namespace jetstream::daemon
