// SPDX-License-Identifier: MIT
//
// What becomes of hellos, once the packets of sessions have been served.
#include <algorithm>

#include "endpoint/endpoint_impl.h"
#include "session/resumption.h"

namespace jetstream::endpoint {

void EndpointImpl::flush(Instant now) {
  now_ = now;
  while (HelloQueue::Hello* queued = hellos_.pop()) {
    from_ = &queued->path.remote;
    admit(now, *queued);
  }
  from_ = nullptr;
  while (EarlyQueue::Early* early = early_packets_.pop()) {
    take_early(now, early->address, early->bytes, early->counts);
  }
}

void EndpointImpl::drop_hello(Instant now) {
  gate_->on_dropped(now);
  drop(DropReason::kHalfOpenFull);
}

void EndpointImpl::admit(Instant now, HelloQueue::Hello& queued) {
  const auto received =
      read_hello(queued.path, MutableBytes(queued.bytes).first(queued.size), queued.datagram_bytes);
  if (!received) return drop(received.error());
  // A copy needs no decision, whatever its cookie is worth by now.
  if (const auto known = half_open_->find(queued.path.remote, received->hello.connection_id,
                                          received->hello.random)) {
    (*half_open_)[*known].bytes_received += received->datagram_bytes;
    half_open_->queue_flight(*known);  // the same bytes again [HS-9]
    return;
  }
  const Gate::Decision decision = gate_->decide(now, *received, *half_open_, no_room(), stats_);
  switch (decision.action) {
    case Gate::Action::kAnswer:
      return answer(now, *received, decision);
    case Gate::Action::kRetry:
      return send_retry(now, *received);
    case Gate::Action::kTurnAway:
      return turn_away(now, *received, decision.refusal);
    case Gate::Action::kIgnore:
      return;
  }
}

std::optional<Admission> EndpointImpl::no_room() const {
  if (refusal_) return Admission::kNoNewSessions;
  if (session_count_ >= config_.server->sessions_max) return Admission::kServerFull;
  return std::nullopt;
}

/// [FLOW-12]
SessionConfig EndpointImpl::server_session(SessionConfig session, bool small_windows) {
  constexpr std::uint64_t kSmallSessionWindow = 64 * 1024;
  constexpr std::uint64_t kSmallStreamWindow = 32 * 1024;
  if (small_windows) {
    session.max_data = std::min(session.max_data, kSmallSessionWindow);
    session.max_stream_data = std::min(session.max_stream_data, kSmallStreamWindow);
  }
  return session;
}

void EndpointImpl::answer(Instant now, const session::ReceivedHello& received,
                          const Gate::Decision& decision) {
  if (const auto oldest = half_open_->due(now, decision.half)) give_up_half_open(now, *oldest);
  const auto record = half_open_->allocate(decision.half);
  if (!record) return drop_hello(now);
  const auto index = slots_.allocate(Slot::Kind::kHalfOpen);
  if (!index) return drop_hello(now);
  const ConnectionId local_id = slots_.id_of(*index);
  const bool small_windows = !memory_.roomy();
  const SessionConfig session_config = server_session(config_.session, small_windows);
  auto resumption = resume(now, received);
  if (resumption) decide_early(now, received, session_config, *resumption);
  const session::ServerFlightSetup setup{
      .server = *config_.server,
      .session = session_config,
      .local_id = local_id,
      .session_id = config_.session_ids->next(),
      .reset_token = reset_.token_of(local_id),
      .prefer_aes = config_.prefer_aes,
      .retried = decision.retried,
      .resumption = resumption ? &*resumption : nullptr,
  };
  if (!session::answer_hello(now, received, setup, cipher_, random_, (*half_open_)[*record])) {
    slots_.release(*index);
    return drop(DropReason::kHelloRefused);
  }
  (*half_open_)[*record].small_windows = small_windows;
  (*half_open_)[*record].promised = promised_;
  slots_[*index].link = *record;
  half_open_->insert(*record, *index);
  half_open_->queue_flight(*record);
  ++stats_.handshakes_started;
  if (resumption && resumption->early_accepted) {
    start_early_session(now, *index, received, *resumption);
  }
}

std::optional<session::Resumption> EndpointImpl::resume(Instant now,
                                                        const session::ReceivedHello& received) {
  if (!mint_) return std::nullopt;
  auto resumption = session::open_offer(now, received, *config_.server, *config_.ticket_keys);
  if (resumption) ++stats_.handshakes_resumed;
  return resumption;
}

void EndpointImpl::send_retry(Instant now, const session::ReceivedHello& received) {
  const MutableBytes room = reserve_reply(now, received.path, budget_.retry);
  if (room.empty()) return;
  replies_.commit(write_retry_packet(received, gate_->make_cookie(now, received), room));
  count(Admission::kRetrySent);
}

MutableBytes EndpointImpl::reserve_reply(Instant now, const Path& path, base::TokenBucket& budget) {
  const MutableBytes room = replies_.reserve(path);
  if (!room.empty() && budget.check_and_consume(now, 1)) return room;
  drop(DropReason::kReplyBudget);
  return {};
}

void EndpointImpl::turn_away(Instant now, const session::ReceivedHello& received,
                             const Violation& refusal) {
  const MutableBytes room = reserve_reply(now, received.path, budget_.refusal);
  if (room.empty()) return;
  ConnectionId nobody;
  random_.fill_public(nobody.bytes);
  const session::ServerFlightSetup setup{.server = *config_.server,
                                         .session = config_.session,
                                         .local_id = nobody,
                                         .session_id = SessionId(),
                                         .prefer_aes = config_.prefer_aes};
  const CloseInfo why = refusal_ ? *refusal_ : session::local_close(refusal);
  replies_.commit(session::refuse_hello(received, setup, why, cipher_, random_, room));
}

}  // namespace jetstream::endpoint
