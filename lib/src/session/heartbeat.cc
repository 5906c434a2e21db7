// SPDX-License-Identifier: MIT
#include "session/heartbeat.h"

namespace jetstream::session {

Heartbeat::Heartbeat(bool enabled, Duration interval, std::uint32_t timeout_count, Instant now)
    : next_(now + interval),
      interval_(interval),
      timeout_count_(timeout_count),
      enabled_(enabled) {}

void Heartbeat::on_activity(Instant now) {
  unanswered_ = 0;
  next_ = now + interval_;
}

std::optional<Duration> Heartbeat::on_pong(Instant now, std::uint64_t sequence) {
  if (sequence != sequence_ || !sent_at_) return std::nullopt;
  last_rtt_ = now - *sent_at_;
  sent_at_.reset();  // a second answer to the same ping says nothing new
  ++answered_;
  return last_rtt_;
}

void Heartbeat::on_timeout(Instant now) {
  if (!enabled_ || now < next_) return;
  if (timeout_count_ > 0 && unanswered_ >= timeout_count_) {
    peer_gone_ = true;
    return;
  }
  ++unanswered_;
  ping_due_ = true;
  next_ = now + interval_;
}

void Heartbeat::request() { ping_due_ = true; }

std::uint64_t Heartbeat::take_ping(Instant now) {
  ping_due_ = false;
  sent_at_ = now;
  return ++sequence_;
}

Instant Heartbeat::deadline() const {
  if (!enabled_ || peer_gone_) return kNever;
  return next_;
}

}  // namespace jetstream::session
