// SPDX-License-Identifier: MIT
#include "endpoint/session_limits.h"

#include <algorithm>
#include <utility>

namespace jetstream::endpoint {
namespace {

/// A second's worth may come at once, or the largest message [RATE-2].
base::TokenRate rate_of(std::uint64_t per_second, std::uint64_t largest) {
  return {.tokens = per_second, .burst = std::max(per_second, largest)};
}

base::TokenRate message_rate(const RateLimits& limits) {
  return rate_of(limits.messages_per_second, 1);
}

base::TokenRate byte_rate(const RateLimits& limits, std::uint64_t message_bytes_max) {
  return rate_of(limits.bytes_per_second, message_bytes_max);
}

RateLimit session_limit(Flow flow, bool messages) {
  if (flow == Flow::kReceived) {
    return messages ? RateLimit::kSessionMessagesReceived : RateLimit::kSessionBytesReceived;
  }
  return messages ? RateLimit::kSessionMessagesSent : RateLimit::kSessionBytesSent;
}

}  // namespace

SessionLimits::SessionLimits(Instant now, const RateLimits& limits, std::uint64_t message_bytes_max,
                             Usage* usage)
    : parts_{{{base::TokenBucket(message_rate(limits), now),
               base::TokenBucket(byte_rate(limits, message_bytes_max), now),
               {}},
              {base::TokenBucket(message_rate(limits), now),
               base::TokenBucket(byte_rate(limits, message_bytes_max), now),
               {}}}},
      usage_(usage) {}

SessionLimits::~SessionLimits() {
  for (const Flow flow : kFlows) close_second(flow);
}

void SessionLimits::set_limits(Instant now, const RateLimits& limits,
                               std::uint64_t message_bytes_max) {
  for (Part& part : parts_) {
    part.messages.set_rate(now, message_rate(limits));
    part.bytes.set_rate(now, byte_rate(limits, message_bytes_max));
    part.waits_for_shared = false;  // those limits may be others now
  }
}

std::optional<RateLimit> SessionLimits::lacks(Instant now, Flow flow, Cost cost) {
  if (cost.messages > 0 && !part(flow).messages.has(now, cost.messages)) {
    return session_limit(flow, true);
  }
  if (!part(flow).bytes.has(now, cost.bytes)) return session_limit(flow, false);
  return std::nullopt;
}

std::uint64_t SessionLimits::bytes_available(Instant now, Flow flow, std::uint64_t wanted) {
  return std::min(wanted, part(flow).bytes.available(now));
}

void SessionLimits::charge(Instant now, Flow flow, Cost cost) {
  part(flow).messages.charge(now, cost.messages);
  part(flow).bytes.charge(now, cost.bytes);
}

void SessionLimits::note_use(Instant now, Flow flow, Cost cost) {
  if (usage_ == nullptr) return;
  Part& used = part(flow);
  if (now - used.second_began >= std::chrono::seconds(1)) {
    close_second(flow);
    used.second_began = now;
  }
  used.in_second = used.in_second + cost;
}

void SessionLimits::close_second(Flow flow) {
  if (usage_ == nullptr) return;
  const Cost used = std::exchange(part(flow).in_second, {});
  const auto tell = [&](bool messages, std::uint64_t amount) {
    const auto limit = static_cast<std::size_t>(session_limit(flow, messages));
    if (amount > 0) usage_->limits[limit].add(amount);
  };
  tell(true, used.messages);
  tell(false, used.bytes);
}

void SessionLimits::call_first(Flow flow) {
  Part& called = part(flow);
  called.waits_for_shared = false;
  called_.push_back({.kind = flow == Flow::kReceived ? EventKind::kReadable : EventKind::kWritable,
                     .session = {},
                     .stream = called.waiting.call_first()});
}

void SessionLimits::handle_timeout(Instant now) {
  for (const Flow flow : kFlows) {
    Cost sum;
    while (!part(flow).waiting.empty() && !waits_for_shared(flow)) {
      sum = sum + part(flow).waiting.first();
      if (lacks(now, flow, sum)) break;
      call_first(flow);
    }
  }
}

Instant SessionLimits::deadline() const {
  Instant first = kNever;
  for (const Part& part : parts_) {
    if (part.waiting.empty() || part.waits_for_shared) continue;
    const Cost cost = part.waiting.first();
    Instant ready = part.bytes.ready_at(cost.bytes);
    if (cost.messages > 0) ready = std::max(ready, part.messages.ready_at(cost.messages));
    first = std::min(first, ready);
  }
  return first;
}

void SessionLimits::note(RateLimit limit, StreamId stream) {
  ++times_limited_;
  ++times_[static_cast<std::size_t>(limit)];
  noted_ = {limit, stream};
}

bool SessionLimits::note_drop(Instant now, RateLimit limit, StreamId stream, Cost dropped,
                              Cost allowed) {
  ++times_limited_;
  ++dropped_[static_cast<std::size_t>(limit)];
  noted_ = {limit, stream};
  return drop_rate_.add(now, dropped, allowed);
}

void SessionLimits::fill(Instant now, LimitStates& states) const {
  for (const Flow flow : kFlows) {
    const Part& one = parts_[static_cast<std::size_t>(flow)];
    for (const bool messages : {true, false}) {
      base::TokenBucket bucket = messages ? one.messages : one.bytes;  // a look takes nothing
      LimitState& state = states[static_cast<std::size_t>(session_limit(flow, messages))];
      state.per_second = bucket.rate().tokens;
      state.tokens = bucket.rate().is_off() ? 0 : bucket.available(now);
    }
  }
  for (std::size_t i = 0; i < kRateLimitCount; ++i) {
    states[i].times = times_[i];
    states[i].dropped = dropped_[i];
  }
}

bool SessionLimits::is_as_new(Instant now) {
  const auto is_full = [now](base::TokenBucket& bucket) {
    return bucket.rate().is_off() || bucket.available(now) >= bucket.rate().burst;
  };
  // Who never had to wait has not been called either.
  return times_limited_ == 0 && !has_event() && std::ranges::all_of(parts_, [&](Part& part) {
           return part.waiting.empty() && is_full(part.messages) && is_full(part.bytes);
         });
}

std::optional<Event> SessionLimits::poll_event() {
  if (noted_) {
    const Event event{.kind = EventKind::kRateLimited,
                      .session = {},
                      .stream = noted_->stream,
                      .code = static_cast<std::uint64_t>(noted_->limit)};
    noted_.reset();
    return event;
  }
  if (called_next_ < called_.size()) return called_[called_next_++];
  called_.clear();
  called_next_ = 0;
  return std::nullopt;
}

void SessionLimits::on_stream_closed(StreamId stream) {
  for (Part& part : parts_) part.waiting.forget(stream);
}

void SessionLimits::clear() {
  for (Part& part : parts_) {
    part.waiting.clear();
    part.waits_for_shared = false;
  }
  called_.clear();
  called_next_ = 0;
}

}  // namespace jetstream::endpoint
