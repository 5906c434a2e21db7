// SPDX-License-Identifier: MIT
#include "endpoint/rate_limiter.h"

#include <algorithm>

namespace jetstream::endpoint {
namespace {

constexpr std::uint64_t kPiecesPerSecond = 100;

/// A queue that never empties is cut when so many entries, and half of all, are behind it.
constexpr std::size_t kSharedServedKept = 1024;

RateLimit global_limit(Flow flow, bool messages) {
  if (flow == Flow::kReceived) {
    return messages ? RateLimit::kGlobalMessagesReceived : RateLimit::kGlobalBytesReceived;
  }
  return messages ? RateLimit::kGlobalMessagesSent : RateLimit::kGlobalBytesSent;
}

std::uint64_t& count(std::array<std::uint64_t, kRateLimitCount>& counts, RateLimit limit) {
  return counts[static_cast<std::size_t>(limit)];
}

}  // namespace

RateLimiter::RateLimiter(const RateLimits& limits, std::shared_ptr<SharedLimiter> shared,
                         std::uint64_t message_bytes_max, SlotTable& slots, EndpointStats& stats,
                         Usage* usage)
    : limits_(limits),
      message_bytes_max_(message_bytes_max),
      slots_(slots),
      stats_(stats),
      usage_(usage) {
  lease_from(std::move(shared));
}

void RateLimiter::lease_from(std::shared_ptr<SharedLimiter> shared) {
  limiter_ = std::move(shared);
  active_ = limits_.messages_per_second > 0 || limits_.bytes_per_second > 0;
  for (const Flow flow : kFlows) {
    Shared& part = shared_[static_cast<std::size_t>(flow)];
    part = {};
    if (limiter_ == nullptr) continue;
    part.messages = SharedLease(*limiter_, global_limit(flow, true));
    part.bytes = SharedLease(*limiter_, global_limit(flow, false));
    active_ = active_ || !part.messages.is_off() || !part.bytes.is_off();
  }
}

void RateLimiter::put_away() {
  for (Shared& part : shared_) {
    part.messages.put_away();
    part.bytes.put_away();
  }
}

void RateLimiter::set_limits(Instant now, const RateLimits& limits,
                             std::shared_ptr<SharedLimiter> shared,
                             std::uint64_t message_bytes_max) {
  put_away();
  message_bytes_max_ = message_bytes_max;
  limits_ = limits;
  lease_from(std::move(shared));
  for (std::uint32_t i = 0; i < slots_.size(); ++i) {
    if (slots_[i].limits) slots_[i].limits->set_limits(now, limits_, message_bytes_max_);
  }
}

SessionLimits& RateLimiter::of(Instant now, std::uint32_t slot) {
  auto& limits = slots_[slot].limits;
  if (!limits) limits = std::make_unique<SessionLimits>(now, limits_, message_bytes_max_, usage_);
  return *limits;
}

std::uint64_t RateLimiter::piece(std::uint64_t bytes) const {
  std::uint64_t rate = shared(Flow::kReceived).bytes.per_second();
  const std::uint64_t own = limits_.bytes_per_second;
  if (rate == 0 || (own > 0 && own < rate)) rate = own;
  return rate == 0 ? bytes : std::clamp<std::uint64_t>(rate / kPiecesPerSecond, 1, bytes);
}

std::optional<RateLimit> RateLimiter::shared_lacks(Instant now, Flow flow, Cost cost) {
  if (cost.messages > 0 && !shared(flow).messages.covers(now, cost.messages)) {
    return global_limit(flow, true);
  }
  if (!shared(flow).bytes.covers(now, cost.bytes)) return global_limit(flow, false);
  return std::nullopt;
}

std::optional<RateLimit> RateLimiter::lacks(Instant now, std::uint32_t slot, Flow flow, Cost cost) {
  const auto own = of(now, slot).lacks(now, flow, cost);
  return own ? own : shared_lacks(now, flow, cost);
}

bool RateLimiter::admit(Instant now, std::uint32_t slot, Flow flow, StreamId stream, Cost cost) {
  if (of(now, slot).waiting(flow).may_pass(stream) && !lacks(now, slot, flow, cost)) return true;
  wait(now, slot, flow, stream, cost);
  return false;
}

void RateLimiter::wait(Instant now, std::uint32_t slot, Flow flow, StreamId stream, Cost cost) {
  SessionLimits& limits = of(now, slot);
  if (!limits.waiting(flow).wait(stream, cost)) return;
  const Cost first = limits.waiting(flow).first();
  const auto own = limits.lacks(now, flow, first);
  const auto limit = own ? own : shared_lacks(now, flow, first);
  if (limit) {
    ++count(stats_.rate_limit_waits, *limit);
    limits.note(*limit, stream);
  }
  if (limit && !own && !limits.waits_for_shared(flow)) {
    limits.set_waits_for_shared(flow, true);
    shared(flow).drop_served();
    shared(flow).queue.push_back(slot);
  }
}

std::uint64_t RateLimiter::bytes_available(Instant now, std::uint32_t slot, Flow flow,
                                           std::uint64_t wanted) {
  const std::uint64_t own = of(now, slot).bytes_available(now, flow, wanted);
  (void)shared(flow).bytes.covers(now, own);
  return shared(flow).bytes.available(own);
}

void RateLimiter::charge(Instant now, std::uint32_t slot, Flow flow, StreamId stream, Cost cost) {
  SessionLimits& limits = of(now, slot);
  limits.note_use(now, flow, cost);
  count(stats_.rate_limit_passed, global_limit(flow, true)) += cost.messages;
  count(stats_.rate_limit_passed, global_limit(flow, false)) += cost.bytes;
  if (!enforces()) {
    if (const auto limit = lacks(now, slot, flow, cost)) {
      ++count(stats_.rate_limit_observed, *limit);
      limits.note(*limit, stream);
      return;
    }
  }
  limits.charge(now, flow, cost);
  limits.waiting(flow).on_paid(stream);
  shared(flow).messages.charge(cost.messages);
  shared(flow).bytes.charge(cost.bytes);
}

Cost RateLimiter::allowed() const {
  const Shared& part = shared(Flow::kReceived);
  const std::uint64_t messages = limits_.messages_per_second;
  const std::uint64_t bytes = limits_.bytes_per_second;
  return {.messages = messages > 0 ? messages : part.messages.per_second(),
          .bytes = bytes > 0 ? bytes : part.bytes.per_second()};
}

/// The tokens that a stream waits for are not there for what can be dropped.
RateLimiter::Verdict RateLimiter::judge(Instant now, std::uint32_t slot, StreamId stream,
                                        Cost cost) {
  SessionLimits& limits = of(now, slot);
  const WaitQueue& waiting = limits.waiting(Flow::kReceived);
  const Cost needed = waiting.may_pass(stream) ? cost : cost + waiting.first();
  const auto limit = lacks(now, slot, Flow::kReceived, needed);
  if (!limit) return Verdict::kPass;
  ++count(stats_.rate_limit_drops, *limit);
  limits.note_use(now, Flow::kReceived, cost);
  return limits.note_drop(now, *limit, stream, cost, allowed()) ? Verdict::kTooMany
                                                                : Verdict::kDrop;
}

LimitStates RateLimiter::states(Instant now, std::uint32_t slot) const {
  LimitStates states{};
  if (const SessionLimits* limits = slots_[slot].limits.get()) {
    limits->fill(now, states);
  } else {
    SessionLimits(now, limits_, message_bytes_max_).fill(now, states);
  }
  for (const Flow flow : kFlows) {
    for (const bool messages : {true, false}) {
      const RateLimit limit = global_limit(flow, messages);
      const SharedLease& lease = messages ? shared(flow).messages : shared(flow).bytes;
      if (lease.is_off()) continue;
      LimitState& state = states[static_cast<std::size_t>(limit)];
      state.per_second = lease.per_second();
      state.tokens = limiter_->available(now, limit);
    }
  }
  return states;
}

SessionLimits* RateLimiter::first_waiting(Flow flow) const {
  SessionLimits* limits = slots_[shared(flow).queue[shared(flow).next]].limits.get();
  return limits != nullptr && limits->waits_for_shared(flow) ? limits : nullptr;
}

void RateLimiter::call_waiting(Instant now, Flow flow, std::vector<std::uint32_t>& woken) {
  Shared& part = shared(flow);
  Cost sum;
  while (part.anybody_waits()) {
    SessionLimits* first = first_waiting(flow);
    if (first != nullptr && !first->waiting(flow).empty()) {
      sum = sum + first->waiting(flow).first();
      if (shared_lacks(now, flow, sum)) return;
      first->call_first(flow);
      woken.push_back(part.queue[part.next]);
    } else if (first != nullptr) {
      first->set_waits_for_shared(flow, false);
    }
    ++part.next;
  }
  part.queue.clear();
  part.next = 0;
}

void RateLimiter::Shared::drop_served() {
  if (next < kSharedServedKept || next * 2 < queue.size()) return;
  queue.erase(queue.begin(), queue.begin() + static_cast<std::ptrdiff_t>(next));
  next = 0;
}

void RateLimiter::handle_timeout(Instant now, std::vector<std::uint32_t>& woken) {
  for (const Flow flow : kFlows) {
    Shared& part = shared(flow);
    call_waiting(now, flow, woken);
    if (part.anybody_waits()) continue;
    if (now >= part.messages.return_at()) part.messages.put_away();
    if (now >= part.bytes.return_at()) part.bytes.put_away();
  }
}

Instant RateLimiter::next_deadline() const {
  Instant next = kNever;
  for (const Flow flow : kFlows) {
    const Shared& part = shared(flow);
    if (!part.anybody_waits()) {
      next = std::min({next, part.messages.return_at(), part.bytes.return_at()});
      continue;
    }
    const SessionLimits* first = first_waiting(flow);
    const Cost cost =
        first != nullptr && !first->waiting(flow).empty() ? first->waiting(flow).first() : Cost{};
    Instant ready = part.bytes.ready_at(cost.bytes);
    if (cost.messages > 0) ready = std::max(ready, part.messages.ready_at(cost.messages));
    next = std::min(next, ready);
  }
  return next;
}

}  // namespace jetstream::endpoint
