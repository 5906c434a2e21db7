// SPDX-License-Identifier: MIT
#include "session/early_reception.h"

#include <algorithm>
#include <utility>

namespace jetstream::session {

bool EarlyReception::take(std::size_t bytes) {
  if (bytes > bytes_left_) return false;
  bytes_left_ -= bytes;
  return true;
}

bool EarlyReception::may_tell(const stream::StreamTable& streams,
                              const stream::StreamEvent& event) const {
  if (released_) return true;
  const auto info = streams.info(event.stream);
  return info &&
         std::find(services_.begin(), services_.end(), info->options.service) != services_.end();
}

bool EarlyReception::find_next(stream::StreamTable& streams) {
  if (!next_) next_ = poll(streams);
  return next_.has_value();
}

/// What waits is bounded: a few kinds of events, each once, of a few streams.
std::optional<stream::StreamEvent> EarlyReception::poll(stream::StreamTable& streams) {
  if (next_) return std::exchange(next_, std::nullopt);
  if (released_ && !waiting_.empty()) {
    const stream::StreamEvent event = waiting_.front();
    waiting_.erase(waiting_.begin());
    return event;
  }
  while (const auto event = streams.poll_event()) {
    if (may_tell(streams, *event)) return event;
    const bool known = std::any_of(waiting_.begin(), waiting_.end(), [&](const auto& other) {
      return other.kind == event->kind && other.stream == event->stream;
    });
    if (!known) waiting_.push_back(*event);
  }
  return std::nullopt;
}

}  // namespace jetstream::session
