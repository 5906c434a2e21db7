// SPDX-License-Identifier: MIT
//
// What a session does before its handshake is over: on a server that takes early data, and where a
// client goes on with what it sent as such.
#include <algorithm>

#include "session/early_data.h"
#include "session/params.h"
#include "session/session.h"

namespace jetstream::session {

std::optional<DropReason> Session::handle_early_packet(Instant now, MutableBytes packet) {
  if (!is_early() || closing()) return DropReason::kUnexpected;  // [RES-18]
  const std::size_t packet_bytes = packet.size();
  const auto opened = opener_.open_early(early_->keys(), packet);
  if (!opened) return opened.error();
  const auto legal = check_early_frames(opened->payload);
  if (!legal) {
    close(now, local_close(legal.error()));
    return std::nullopt;
  }
  bool has_room = true;
  const auto needs = walk(opened->payload, has_room);
  if (!needs) {
    close(now, local_close(needs.error()));
    return std::nullopt;
  }
  if (!has_room) return DropReason::kMemory;
  if (!early_->take(opened->payload.size())) {  // [RES-17]
    close(now, local_close({TransportCode::kProtocolViolation, "more early data than allowed"}));
    return std::nullopt;
  }
  opener_.record(*opened);
  take(now, paths_.active().path, *opened, packet_bytes, *needs);
  return std::nullopt;
}

void Session::finish_handshake(Instant now, const Established& established,
                               const std::optional<Duration>& rtt) {
  context_.cipher.forget(early_->keys());
  const TicketMint* mint = begin_->mint;
  std::shared_ptr<const SessionConfig> promised = std::move(begin_->promised);
  begin_.reset();
  peer_identity_ = established.peer_identity
                       ? std::make_unique<const PublicKey>(*established.peer_identity)
                       : nullptr;
  if (closing()) {
    close_due_ = state_ == SessionState::kClosing;  // the client may hear of it only now
    return;
  }
  early_->release();
  if (rtt) recovery_.on_rtt_sample(*rtt);
  update_activity(now);
  confirmed_ = true;
  done_due_ = true;
  make_issuer(mint, std::move(promised), established.resumption);
}

void Session::abandon(Instant now, CloseInfo why) {
  if (closing()) return;
  end(now, SessionState::kDraining, std::move(why));
}

bool Session::was_rejected(StreamId stream) const {
  if (!begin_) return false;
  const auto& rejected = begin_->early_rejected;
  return std::find(rejected.begin(), rejected.end(), stream) != rejected.end();
}

/// Its packets are as if they had been 1-RTT packets all the time: what is lost of them is sent
/// again as such [RES-20].
void Session::adopt_early_flight(const EarlyFlight& flight, const wire::HelloParams& peer_params) {
  for (const EarlyFlight::Sent& sent : flight.sent()) {
    recovery_.on_packet_sent(
        sent.at, {.number = sent.number, .bytes = sent.bytes, .ack_eliciting = true}, sent.frames);
    bytes_sent_ += sent.bytes;
    ++context_.stats.packets_sent;
  }
  streams_.raise_peer_limits(stream_limits(peer_params));
}

/// The session is told of together with the first stream that does not wait.
std::optional<Event> Session::poll_early_event() {
  if (!early_->find_next(streams_)) return std::nullopt;
  Event event{};
  if (start_event_) {
    start_event_ = false;
    event.kind = EventKind::kAccepted;
    return event;
  }
  const auto first = early_->poll(streams_);
  event.kind = first->kind;
  event.stream = first->stream;
  event.code = first->code;
  return event;
}

std::optional<stream::StreamEvent> Session::poll_stream_event() {
  if (!early_) return streams_.poll_event();
  auto event = early_->poll(streams_);
  if (early_->over() && !event) early_.reset();
  return event;
}

}  // namespace jetstream::session
