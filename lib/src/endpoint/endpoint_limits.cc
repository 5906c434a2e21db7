// SPDX-License-Identifier: MIT
//
// Where rate limits act: between what a session has received and the service that reads it, and
// between a service and what it sends. Nothing below knows of them, so acknowledgements,
// retransmissions, heartbeats and closes never wait for tokens [RATE-3].
#include <algorithm>

#include "endpoint/endpoint_impl.h"
#include "session/close.h"

namespace jetstream::endpoint {
namespace {

constexpr std::string_view kTooMany = "ten times the rate limit was dropped for seconds";

}  // namespace

/// What can't be paid for stays in the receive buffer, and the peer's credit with it [RATE-4].
Result<ReadView> EndpointImpl::limited_read(std::uint32_t index, StreamId stream) {
  auto view = slots_[index].session->streams().read(stream);
  if (!view || !limiter_.enforces() || (view->data.empty() && !view->message_end)) return view;
  const StreamOptions* options = slots_[index].session->streams().options(stream);
  if (options != nullptr && options->delivery == Delivery::kBestEffort) {
    return best_effort_read(index, stream, *std::move(view));
  }
  // A message passes as a whole. What has no end of a message is bytes, and they may be divided.
  const std::size_t size = view->data.size();
  const Cost cost = view->message_end ? Cost{1, size} : Cost{0, limiter_.piece(size)};
  if (!limiter_.admit(now_, index, Flow::kReceived, stream, cost)) {
    touch(index);
    return ReadView{};
  }
  const auto passes = static_cast<std::size_t>(
      view->message_end ? size : limiter_.bytes_available(now_, index, Flow::kReceived, size));
  if (passes < size) *view = ReadView{.data = view->data.first(passes)};
  return view;
}

/// The first message that there are tokens for. What its sender sends once may be lost anywhere, so
/// it may be lost here as well, and nothing waits [RATE-7].
Result<ReadView> EndpointImpl::best_effort_read(std::uint32_t index, StreamId stream,
                                                ReadView first) {
  session::Session& session = *slots_[index].session;
  Result<ReadView> view = first;
  while (view && (!view->data.empty() || view->message_end)) {
    const auto size = session.streams().message_ahead(stream);
    if (!size) return view;  // the rest of one that has begun to pass
    const auto verdict = limiter_.judge(now_, index, stream, {1, *size});
    if (verdict == RateLimiter::Verdict::kPass) return view;
    touch(index);
    session.streams().drop_message(stream);
    if (verdict == RateLimiter::Verdict::kTooMany) {
      session.close(now_, session::local_close(TransportCode::kRateLimited, kTooMany));
      return ReadView{};
    }
    view = session.streams().read(stream);
  }
  return view;
}

Result<> EndpointImpl::limited_consume(std::uint32_t index, StreamId stream, std::size_t bytes) {
  stream::StreamTable& streams = slots_[index].session->streams();
  const Cost cost{streams.ends_message(stream, bytes) ? 1u : 0u, bytes};
  auto consumed = streams.consume(stream, bytes);
  if (consumed && (cost.messages > 0 || cost.bytes > 0)) {
    limiter_.charge(now_, index, Flow::kReceived, stream, cost);
  }
  return consumed;
}

Result<std::size_t> EndpointImpl::limited_send(std::uint32_t index, StreamId stream, Bytes data) {
  stream::StreamTable& streams = slots_[index].session->streams();
  const StreamOptions* options = streams.options(stream);
  const bool is_message = options != nullptr && options->framing == Framing::kMessages;
  if (options == nullptr || (data.empty() && !is_message)) return streams.send(stream, data);
  std::size_t passes = data.size();
  if (limiter_.enforces()) {
    const Cost cost = is_message ? Cost{1, data.size()} : Cost{0, limiter_.piece(data.size())};
    if (!limiter_.admit(now_, index, Flow::kSent, stream, cost)) {
      // [RATE-5]
      return refuse(LocalCode::kWouldBlock, "the rate limit has no tokens now");
    }
    if (!is_message) {
      passes =
          static_cast<std::size_t>(limiter_.bytes_available(now_, index, Flow::kSent, data.size()));
    }
  }
  auto taken = streams.send(stream, data.first(passes));
  if (!taken) return taken;
  limiter_.charge(now_, index, Flow::kSent, stream, {is_message ? 1u : 0u, *taken});
  if (passes < data.size() && *taken == passes) {
    limiter_.wait(now_, index, Flow::kSent, stream, {0, limiter_.piece(data.size() - passes)});
  }
  return taken;
}

Result<LimitStates> EndpointImpl::limits(Instant now, SessionHandle handle) const {
  if (live(handle) == nullptr) return refuse(LocalCode::kUnknownSession, "the session is gone");
  return limiter_.states(now, handle.slot);
}

void EndpointImpl::handle_limits_timeout(Instant now) {
  expired_.clear();
  limiter_.handle_timeout(now, expired_);
  for (const std::uint32_t index : expired_) touch(index);
}

std::optional<Event> EndpointImpl::poll_limits_event(std::uint32_t index) {
  Slot& slot = slots_[index];
  // Once the session is over nobody hears of its streams any more.
  const SessionState state = slot.session->state();
  if (state == SessionState::kClosing || state == SessionState::kDraining) slot.limits->clear();
  return slot.limits->poll_event();
}

Result<> EndpointImpl::set_limits(Instant now, const RateLimits& limits,
                                  std::shared_ptr<SharedLimiter> shared) {
  if (auto valid = validate(limits); !valid) return valid;
  limiter_.set_limits(now, limits, std::move(shared), config_.session.message_bytes_max);
  for (std::uint32_t i = 0; i < slots_.size(); ++i) {
    if (slots_[i].limits) touch(i);
  }
  return {};
}

}  // namespace jetstream::endpoint
