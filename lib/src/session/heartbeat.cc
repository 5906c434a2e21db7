// SPDX-License-Identifier: MIT
#include "session/heartbeat.h"

#include <algorithm>
#include <utility>

namespace jetstream::session {

Heartbeat::Heartbeat(bool enabled, Duration interval, std::uint32_t timeout_count, Instant now)
    : active_at_(now),
      next_(now + interval),
      interval_(interval),
      timeout_count_(timeout_count),
      enabled_(enabled) {}

void Heartbeat::configure(Instant now, bool enabled, Duration interval,
                          std::uint32_t timeout_count) {
  if (!enabled_) unanswered_ = 0;
  next_ = enabled_ ? std::min(next_, now + interval) : now + interval;
  enabled_ = enabled;
  interval_ = interval;
  timeout_count_ = timeout_count;
}

void Heartbeat::on_activity(Instant now) {
  active_at_ = now;
  unanswered_ = 0;
}

std::optional<Duration> Heartbeat::on_pong(Instant now, std::uint64_t sequence) {
  if (!pings_ || sequence > sequence_ || sequence + kRemembered <= sequence_) return std::nullopt;
  // A second answer to the same ping says nothing new.
  const Instant sent_at = std::exchange(pings_->sent_at[sequence % kRemembered], kNever);
  if (sent_at == kNever) return std::nullopt;
  pings_->last_rtt = now - sent_at;
  ++pings_->answered;
  pings_->last_answered = sequence;
  return pings_->last_rtt;
}

void Heartbeat::on_timeout(Instant now) {
  if (!enabled_ || now < next_) return;
  if (unanswered_ == 0 && now < active_at_ + interval_) {
    next_ = active_at_ + interval_;
    return;
  }
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
  if (!pings_) {
    pings_ = std::make_unique<Pings>();
    pings_->sent_at.fill(kNever);
  }
  ++sequence_;
  pings_->sent_at[sequence_ % kRemembered] = now;
  return sequence_;
}

Instant Heartbeat::deadline() const {
  if (!enabled_ || peer_gone_) return kNever;
  return next_;
}

}  // namespace jetstream::session
