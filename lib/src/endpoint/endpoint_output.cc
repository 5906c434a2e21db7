// SPDX-License-Identifier: MIT
//
// The way out: events, trains and the next deadline, each from whichever session is next in turn.
#include <algorithm>

#include "endpoint/endpoint_impl.h"

namespace jetstream::endpoint {
namespace {

/// A queue that is never empty, because there is always more to send than can be sent, is cut when
/// so many of its entries are behind it.
constexpr std::size_t kServedKept = 1024;

}  // namespace

void EndpointImpl::touch(std::uint32_t index) {
  Slot& slot = slots_[index];
  if (slot.kind == Slot::Kind::kLive && slot.session->take_moved()) sessions_.on_moved(index);
  if (!slot.in_send_queue) {
    slot.in_send_queue = true;
    send_queue_.push_back(index);
  }
  if (!slot.in_event_queue) {
    slot.in_event_queue = true;
    event_queue_.push_back(index);
  }
}

bool EndpointImpl::poll_transmit(Instant now, MutableBytes buffer, Train& train) {
  now_ = now;
  // To strangers only answers, never anything on its own [HS-10].
  if (replies_.pop(buffer, train) || poll_flight(buffer, train)) {
    count_sent(train);
    return true;
  }
  while (send_next_ < send_queue_.size()) {
    if (send_next_ >= kServedKept && send_next_ * 2 >= send_queue_.size()) {
      send_queue_.erase(send_queue_.begin(),
                        send_queue_.begin() + static_cast<std::ptrdiff_t>(send_next_));
      send_next_ = 0;
    }
    const std::uint32_t index = send_queue_[send_next_++];
    if (poll_slot(now, index, buffer, train)) {
      send_queue_.push_back(index);  // there may be more, but the others come first
      count_sent(train);
      return true;
    }
    slots_[index].in_send_queue = false;
    rearm(index);
  }
  send_queue_.clear();
  send_next_ = 0;
  return false;
}

bool EndpointImpl::poll_slot(Instant now, std::uint32_t index, MutableBytes buffer, Train& train) {
  Slot& slot = slots_[index];
  if (slot.kind == Slot::Kind::kLive) {
    const bool built = awaits_finished(slot) ? poll_early_session(now, slot, buffer, train)
                                             : slot.session->build_train(now, buffer, train);
    if (slot.session->has_event()) touch(index);  // it sent a heartbeat, or closed itself
    return built;
  }
  if (slot.kind == Slot::Kind::kConnecting) {
    return poll_connecting(now, *slot.connecting, buffer, train);
  }
  return false;
}

bool EndpointImpl::poll_connecting(Instant now, Connecting& connecting, MutableBytes buffer,
                                   Train& train) {
  Bytes bytes;
  if (!connecting.failed && connecting.handshake.hello_due()) {
    start_early_flight(now, connecting);
    bytes = connecting.handshake.take_hello();
  } else if (connecting.failure_packet_due) {
    connecting.failure_packet_due = false;
    bytes = connecting.handshake.failure_packet();
  } else if (!connecting.failed && connecting.early) {
    const std::size_t size =
        connecting.early->build(now, buffer.first(recovery::kBaseDatagramBytes));
    if (size == 0) return false;
    bytes = buffer.first(size);
  } else {
    return false;
  }
  if (bytes.data() != buffer.data()) std::copy(bytes.begin(), bytes.end(), buffer.begin());
  train = Train{.path = {connecting.options.remote, {}},
                .bytes = buffer.first(bytes.size()),
                .segment_bytes = bytes.size()};
  return true;
}

void EndpointImpl::count_sent(const Train& train) {
  stats_.bytes_sent += train.bytes.size();
  stats_.datagrams_sent += (train.bytes.size() + train.segment_bytes - 1) / train.segment_bytes;
}

void EndpointImpl::rearm(std::uint32_t index) {
  const Slot& slot = slots_[index];
  if (slot.kind == Slot::Kind::kLive) {
    // Until the client has finished, only the handshake's time runs out [RES-19].
    const bool early = awaits_finished(slot);
    const Instant deadline = early ? kNever : slot.session->deadline();
    timers_.arm(index, slot.limits ? std::min(deadline, slot.limits->deadline()) : deadline);
    if (early) return;
    idle_timers_.arm_earlier(index, slot.session->idle_deadline());
  } else if (slot.kind == Slot::Kind::kConnecting) {
    const Connecting& connecting = *slot.connecting;
    timers_.arm(index, connecting.failed ? connecting.forget_at : connecting.handshake.deadline());
  }
}

Instant EndpointImpl::poll_timeout() const {
  if (memory_.wakes() || filter_next_ < slots_.size()) return now_;  // somebody can go on
  const Instant timer = std::min({timers_.next(), idle_timers_.next(), limiter_.deadline()});
  return half_open_ ? std::min(timer, half_open_->deadline()) : timer;
}

bool EndpointImpl::wake_for_memory() {
  const auto index = memory_.take_woken();
  if (!index) return false;
  Slot& slot = slots_[*index];
  if (slot.kind == Slot::Kind::kLive) {
    slot.session->streams().on_memory();
  } else if (slot.kind == Slot::Kind::kConnecting && slot.connecting->early) {
    slot.connecting->early->streams().on_memory();
  }
  touch(*index);
  return true;
}

std::optional<Event> EndpointImpl::poll_event() {
  do {
    while (event_next_ < event_queue_.size()) {
      const std::uint32_t index = event_queue_[event_next_];
      if (const auto event = poll_slot_event(index)) return event;
      slots_[index].in_event_queue = false;
      ++event_next_;
    }
  } while (wake_for_memory());
  event_queue_.clear();
  event_next_ = 0;
  return std::nullopt;
}

std::optional<Event> EndpointImpl::poll_slot_event(std::uint32_t index) {
  Slot& slot = slots_[index];
  if (slot.kind == Slot::Kind::kLive) {
    auto event = slot.limits ? poll_limits_event(index) : std::nullopt;
    if (!event) event = slot.session->poll_event();
    if (!event) return std::nullopt;
    if (slot.limits && event->kind == EventKind::kStreamClosed) {
      slot.limits->on_stream_closed(event->stream);
    }
    event->session = slots_.handle_of(index);
    if (event->kind == EventKind::kClosed) uncount_session(index);
    return event;
  }
  if (slot.kind == Slot::Kind::kHalfOpen && slot.refusal_event) {
    const TransportCode code = *std::exchange(slot.refusal_event, std::nullopt);
    return Event{.kind = EventKind::kClientRefused,
                 .session = slots_.handle_of(index),
                 .stream = {},
                 .code = static_cast<std::uint64_t>(code)};
  }
  if (slot.kind == Slot::Kind::kConnecting && slot.connecting->close_event) {
    slot.connecting->close_event = false;
    return Event{.kind = EventKind::kClosed, .session = slots_.handle_of(index), .stream = {}};
  }
  return std::nullopt;
}

}  // namespace jetstream::endpoint
