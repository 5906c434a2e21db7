// SPDX-License-Identifier: MIT
#include "session/drain.h"

#include <algorithm>

#include "session/close.h"

namespace jetstream::session {

Drain::Drain(Instant now, const DrainOptions& options)
    : options_(options), closes_at_(now + options.deadline) {}

void Drain::hasten(Instant now, const DrainOptions& options) {
  if (now + options.deadline >= closes_at_) return;
  closes_at_ = now + options.deadline;
  due_ = true;
}

wire::GoAwayFrame Drain::take_goaway(Instant now, Duration patience) {
  due_ = false;
  if (told_at_ == kNever) told_at_ = now + patience;
  wire::GoAwayFrame frame;
  frame.deadline_ms = in_milliseconds(std::max(closes_at_ - now, Duration::zero()));
  frame.retry_after_ms = in_milliseconds(options_.retry_after);
  frame.alternate = options_.alternate;
  return frame;
}

bool Drain::over(Instant now, bool streams_over) const {
  return now >= closes_at_ || (streams_over && now >= told_at_);
}

Instant Drain::deadline(bool streams_over) const {
  return streams_over ? std::min(closes_at_, told_at_) : closes_at_;
}

CloseInfo Drain::farewell() const {
  CloseInfo info = local_close(options_.reason, options_.message);
  info.retry_after = options_.retry_after;
  info.alternate = options_.alternate;
  return info;
}

GoAwayInfo from_frame(Instant now, const wire::GoAwayFrame& frame) {
  return {now + from_milliseconds(frame.deadline_ms), from_milliseconds(frame.retry_after_ms),
          frame.alternate};
}

}  // namespace jetstream::session
