// SPDX-License-Identifier: MIT
//
// The way in: which session a datagram is for, and what becomes of those that are for none.
#include <algorithm>

#include "endpoint/endpoint_impl.h"
#include "session/resumption.h"

namespace jetstream::endpoint {
namespace {

/// No valid datagram is shorter than the smallest packet.
constexpr std::size_t kDatagramBytesMin = wire::kLongHeaderSize;

constexpr Violation kNotTheTicketsClient{TransportCode::kClientIdentityRefused,
                                         "the ticket is another client's"};
constexpr std::string_view kNoNewSessions = "the server takes no new sessions";

}  // namespace

void EndpointImpl::handle(Instant now, const Path& path, MutableBytes datagram) {
  from_ = &path.remote;
  take_datagram(now, path, datagram);
  from_ = nullptr;
}

void EndpointImpl::take_datagram(Instant now, const Path& path, MutableBytes datagram) {
  ++stats_.datagrams_received;
  stats_.bytes_received += datagram.size();
  if (datagram.size() < kDatagramBytesMin) return drop(DropReason::kTooShort);
  MutableBytes rest = datagram;
  std::optional<ConnectionId> destination;
  bool malformed = false;
  while (const auto packet = wire::next_packet(rest, malformed)) {
    // All packets of a datagram are for the same receiver; what is not was put there by somebody
    // else [PKT-5].
    if (destination && packet->destination != *destination) return drop(DropReason::kMalformed);
    destination = packet->destination;
    if (packet->type == wire::PacketType::kShort) {
      handle_short(now, path, *packet, datagram);
    } else if (!handle_long(now, path, *packet, datagram)) {
      return;  // the datagram was taken as a whole
    }
  }
  // Padding may end a datagram, but a datagram is not all padding.
  if (malformed || !destination) drop(DropReason::kMalformed);
}

void EndpointImpl::handle_short(Instant now, const Path& path, const wire::PacketView& packet,
                                Bytes datagram) {
  const auto index = slots_.find(packet.destination);
  if (!index) return handle_unknown(now, path, packet, datagram);
  // Before the handshake is finished 1-RTT packets are neither handled nor kept [HS-12].
  const Slot& slot = slots_[*index];
  if (slot.kind != Slot::Kind::kLive || awaits_finished(slot)) return drop(DropReason::kUnexpected);
  if (filter_ != nullptr && keeps_session_out(now, *slot.session, path.remote)) return;
  if (const auto reason = slots_[*index].session->handle_packet(now, path, packet.bytes)) {
    drop(*reason);
  }
  exchange_ids(*index);
  touch(*index);
}

/// A packet for nobody, not even a handshake under way [RST-4]: a server says so, and a client
/// looks whether it was told just that.
void EndpointImpl::handle_unknown(Instant now, const Path& path, const wire::PacketView& packet,
                                  Bytes datagram) {
  if (config_.server) {
    if (keeps_out(now, path.remote)) return;
    drop(DropReason::kUnknownConnection);
    const MutableBytes room = replies_.reserve(path);
    if (room.empty()) return;
    const std::size_t size =
        reset_.answer(now, path.remote, packet.destination, datagram.size(), room);
    if (size > 0) ++stats_.resets_sent;
    replies_.commit(size);
    return;
  }
  if (reset_checks_.check_and_consume(now, slots_.size())) {
    for (std::uint32_t i = 0; i < slots_.size(); ++i) {
      if (slots_[i].kind != Slot::Kind::kLive) continue;
      if (!slots_[i].session->take_reset(now, path.remote, datagram)) continue;
      ++stats_.resets_received;
      return touch(i);
    }
  }
  drop(DropReason::kUnknownConnection);
}

/// Ids that the peer has given back, and new ones in their place [CID-1].
void EndpointImpl::exchange_ids(std::uint32_t index) {
  session::Session& session = *slots_[index].session;
  while (const auto retired = session.take_retired_id()) slots_.retire_id(index, *retired);
  while (session.wants_id()) {
    const ConnectionId id = slots_.add_id(index);
    session.add_id(id, reset_.token_of(id));
  }
}

bool EndpointImpl::handle_long(Instant now, const Path& path, const wire::PacketView& packet,
                               MutableBytes datagram) {
  const auto index = slots_.find(packet.destination);
  if (index && slots_[*index].kind == Slot::Kind::kConnecting) {
    // A session's address stays what it was; one that answers from elsewhere could never be talked
    // to.
    if (path.remote == slots_[*index].connecting->options.remote) {
      handle_client(now, *index, packet, datagram);
    } else {
      drop(DropReason::kUnexpected);
    }
    return false;
  }
  if (packet.type == wire::PacketType::kVersionNegotiation) {  // [HS-27]
    drop(DropReason::kUnexpected);
    return false;
  }
  if (packet.version != wire::kVersion1) {
    handle_unknown_version(now, path, packet, datagram);
    return false;
  }
  if (packet.type == wire::PacketType::kInitial) {
    handle_initial(now, path, packet, datagram.size());
    return true;  // a 0-RTT packet may follow
  }
  if (packet.type == wire::PacketType::kHandshake) {
    handle_handshake(now, path, packet, datagram);
    return true;
  }
  if (packet.type == wire::PacketType::kEarly && config_.server) {
    handle_early(now, path, packet, datagram);
    return true;
  }
  drop(DropReason::kUnexpected);  // a Retry to nobody who waits for one, or 0-RTT to a client
  return true;
}

void EndpointImpl::handle_initial(Instant now, const Path& path, const wire::PacketView& packet,
                                  std::size_t datagram_bytes) {
  if (!config_.server) return drop(DropReason::kNotServer);
  if (keeps_out(now, path.remote)) return;  // [ACCESS-1]
  if (datagram_bytes < wire::kMinHelloDatagram)
    return drop(DropReason::kHelloTooSmall);  // [PKT-21]
  if (is_blocked_port(path.remote.port)) return drop(DropReason::kBlockedPort);
  if (!hellos_.push(path, packet.bytes, datagram_bytes)) drop_hello(now);
}

void EndpointImpl::handle_unknown_version(Instant now, const Path& path,
                                          const wire::PacketView& packet, Bytes datagram) {
  if (keeps_out(now, path.remote)) return;
  drop(DropReason::kUnknownVersion);
  // Only the first packet says what the datagram is meant to be [PKT-23].
  if (packet.bytes.data() != datagram.data()) return;
  if (!config_.server || datagram.size() < wire::kMinHelloDatagram) return;
  if (is_blocked_port(path.remote.port)) return;
  const MutableBytes room = reserve_reply(now, path, budget_.version_negotiation);
  if (!room.empty()) replies_.commit(write_version_negotiation(packet, room));
}

void EndpointImpl::handle_handshake(Instant now, const Path& path, const wire::PacketView& packet,
                                    Bytes datagram) {
  const auto index = slots_.find(packet.destination);
  if (!index) return handle_unknown(now, path, packet, datagram);
  if (keeps_out(now, path.remote)) return;  // [ACCESS-1]
  Slot& slot = slots_[*index];
  if (slot.kind == Slot::Kind::kLive && !awaits_finished(slot)) {
    if (const auto reason = slot.session->handle_late_handshake(now, packet.bytes)) drop(*reason);
    touch(*index);
    return;
  }
  session::HalfOpen& record = (*half_open_)[slot.link];
  // The Finished proves the address, so it has to come from the address it is to prove [HS-22].
  if (record.remote != path.remote || record.client_id != packet.source) {
    return drop(DropReason::kUnexpected);
  }
  if (now - record.created_at >= config_.handshake_timeout) return drop(DropReason::kUnexpected);
  record.bytes_received += datagram.size();
  finish_half_open(now, path, *index, packet.bytes);
}

void EndpointImpl::finish_half_open(Instant now, const Path& path, std::uint32_t index,
                                    MutableBytes packet) {
  session::HalfOpen& record = (*half_open_)[slots_[index].link];
  const bool was_refused = record.refusal.has_value();
  auto outcome = session::finish_handshake(record, *config_.server, cipher_, packet);
  if (std::holds_alternative<session::ClientIgnored>(outcome)) {
    return drop(DropReason::kAuthentication);
  }
  if (const auto* closed = std::get_if<session::ClientClosed>(&outcome)) {
    // A client without a key sees in the flight that it needs one.
    if (closed->why.code == TransportCode::kClientIdentityRequired && !was_refused) {
      count(Admission::kIdentityMissing);
    }
    return give_up_half_open(now, slots_[index].link);
  }
  if (const auto* established = std::get_if<session::Established>(&outcome);
      established != nullptr && is_another_client(slots_[index], *established)) {
    outcome = session::refuse_client(record, cipher_, kNotTheTicketsClient);
  }
  if (auto* established = std::get_if<session::Established>(&outcome)) {
    const bool early = awaits_finished(slots_[index]);  // has its session already
    // There was room when the hello came, but others may have been faster, or the server leaves.
    const auto full = early ? std::nullopt : no_room();
    auto refusal =
        gate_->refusal(now, record.remote, half_open_->half_of(slots_[index].link), full, stats_);
    if (!refusal && early) return finish_early_session(now, index, *established);
    if (!refusal) return start_server_session(now, index, std::move(*established));
    if (full == Admission::kNoNewSessions) refusal = Violation{refusal_->code, kNoNewSessions};
    outcome = session::refuse_client(record, cipher_, *refusal);
  } else if (!was_refused) {
    ++stats_.handshakes_failed;
  }
  // The record stays, to answer a client that did not hear this and finishes again.
  const auto& refused = std::get<session::ClientRefused>(outcome);
  if (!was_refused) note_refusal(now, index, refused.why);
  const MutableBytes room = replies_.reserve(path);
  if (room.empty()) return;
  std::copy_n(refused.packet.begin(), refused.packet_size, room.begin());
  replies_.commit(refused.packet_size);
}

void EndpointImpl::note_refusal(Instant now, std::uint32_t index, const CloseInfo& why) {
  Slot& slot = slots_[index];
  if (why.code == TransportCode::kClientIdentityRequired) count(Admission::kIdentityMissing);
  if (why.code == TransportCode::kClientIdentityRefused) count(Admission::kIdentityRefused);
  if (awaits_finished(slot)) {
    slot.session->abandon(now, why);
  } else {
    slot.refusal_event = why.code;
  }
  touch(index);
}

void EndpointImpl::give_up_half_open(Instant now, std::uint32_t record) {
  if (!(*half_open_)[record].refusal) ++stats_.handshakes_failed;  // otherwise counted before
  cipher_.forget((*half_open_)[record].client_keys);
  cipher_.forget((*half_open_)[record].server_keys);
  const std::uint32_t index = half_open_->slot_of(record);
  if (awaits_finished(slots_[index])) return end_early_session(now, index, record);
  release(index);
  half_open_->release(record);
}

void EndpointImpl::start_server_session(Instant now, std::uint32_t index,
                                        session::Established established) {
  Slot& slot = slots_[index];
  const std::uint32_t record_index = slot.link;
  const session::HalfOpen& record = (*half_open_)[record_index];
  session::SessionSetup setup{.role = Role::kServer,
                              .memory_tag = index,
                              .config = server_session(*record.promised, record.small_windows),
                              .path = {record.remote, record.local},
                              .established = std::move(established),
                              .created_at = record.created_at,
                              .mint = mint(),
                              .promised = record.promised};
  if (record.bytes_sent <= record.flight_size) setup.handshake_rtt = now - record.created_at;
  slot.session = std::make_unique<session::Session>(now, std::move(setup), context_);
  slot.kind = Slot::Kind::kLive;
  slot.link = UINT32_MAX;
  cipher_.forget(record.client_keys);
  cipher_.forget(record.server_keys);
  half_open_->release(record_index);
  count_session(index);
  know_address(now, index);
  ++stats_.handshakes_completed;
  ++stats_.sessions_opened;
  exchange_ids(index);
  touch(index);
}

void EndpointImpl::know_address(Instant now, std::uint32_t index) {
  Slot& slot = slots_[index];
  // Early data may have ended the session before.
  if (slot.counted) slot.source = gate_->sources().add_session(slot.session->remote());
  slot.session->give_address_token(gate_->make_token(now, slot.session->remote(), random_));
}

void EndpointImpl::handle_client(Instant now, std::uint32_t index, const wire::PacketView& packet,
                                 MutableBytes datagram) {
  Connecting& connecting = *slots_[index].connecting;
  const bool too_late = now - connecting.started >= config_.handshake_timeout;
  if (connecting.failed || too_late) return drop(DropReason::kUnexpected);
  if (packet.type == wire::PacketType::kVersionNegotiation) {
    connecting.handshake.note_version_negotiation(packet);
    return;
  }
  if (packet.type == wire::PacketType::kRetry) {
    if (!connecting.handshake.take_retry(packet)) drop(DropReason::kUnexpected);
    return touch(index);
  }
  const auto outcome = connecting.handshake.handle_datagram(datagram);
  if (outcome == session::ClientHandshake::Outcome::kIgnored) drop(DropReason::kUnexpected);
  on_client_outcome(now, index, outcome);
  touch(index);
}

void EndpointImpl::on_client_outcome(Instant now, std::uint32_t index,
                                     session::ClientHandshake::Outcome outcome) {
  using Outcome = session::ClientHandshake::Outcome;
  if (outcome == Outcome::kEstablished) return start_client_session(now, index);
  if (outcome != Outcome::kFailed) return;
  Connecting& connecting = *slots_[index].connecting;
  connecting.failed = true;
  connecting.failure_packet_due = !connecting.handshake.failure_packet().empty();
  connecting.close_event = true;
  connecting.closed = connecting.handshake.failure();
  connecting.forget_at = now + config_.cleanup_interval;
  ++stats_.handshakes_failed;
}

void EndpointImpl::start_client_session(Instant now, std::uint32_t index) {
  Slot& slot = slots_[index];
  const std::unique_ptr<Connecting> connecting = std::move(slot.connecting);
  session::ClientHandshake& handshake = connecting->handshake;
  session::SessionSetup setup{.role = Role::kClient,
                              .memory_tag = index,
                              .config = connecting->config,
                              .path = {connecting->options.remote, {}},
                              .established = handshake.established(),
                              .created_at = connecting->started,
                              .client_finished = handshake.take_finished(),
                              .server_handshake_keys = handshake.server_keys()};
  if (connecting->early) {
    setup.first_number = connecting->early->next_number();
    if (setup.established.early_accepted) {
      setup.early_flight = std::move(connecting->early);
    } else {
      setup.early_rejected = connecting->early->stream_ids();
    }
  }
  if (!handshake.hello_repeated()) setup.handshake_rtt = now - connecting->started;
  slot.session = std::make_unique<session::Session>(now, std::move(setup), context_);
  slot.kind = Slot::Kind::kLive;
  count_session(index);
  ++stats_.handshakes_completed;
  ++stats_.sessions_opened;
}

void EndpointImpl::handle_timeout(Instant now) {
  now_ = now;
  expired_.clear();
  timers_.poll(now, expired_);
  for (const std::uint32_t index : expired_) on_timer(now, index);
  expired_.clear();
  idle_timers_.poll(now, expired_);
  for (const std::uint32_t index : expired_) on_idle(now, index);
  if (now >= limiter_.deadline()) handle_limits_timeout(now);
  if (filter_next_ < slots_.size()) close_kept_out(now);
  if (!half_open_) return;
  for (const Half half : {Half::kUnproven, Half::kProven}) {
    while (const auto oldest = half_open_->due(now, half)) give_up_half_open(now, *oldest);
  }
}

void EndpointImpl::on_timer(Instant now, std::uint32_t index) {
  Slot& slot = slots_[index];
  if (slot.kind == Slot::Kind::kLive) {
    if (slot.session->finished(now) && !awaits_finished(slot)) return release(index);
    slot.session->handle_timeout(now);
    if (slot.limits) slot.limits->handle_timeout(now);
  } else if (slot.kind == Slot::Kind::kConnecting) {
    const Connecting& over = *slot.connecting;
    if (now >= over.forget_at && !over.close_event && !over.failure_packet_due) {
      return release(index);
    }
    if (!slot.connecting->failed) {
      on_client_outcome(now, index, slot.connecting->handshake.handle_timeout(now));
    }
  }
  touch(index);
}

void EndpointImpl::on_idle(Instant now, std::uint32_t index) {
  Slot& slot = slots_[index];
  if (slot.kind != Slot::Kind::kLive) return;
  if (slot.session->handle_idle(now)) return touch(index);
  if (slot.session->resting() && slot.limits && slot.limits->is_as_new(now)) slot.limits.reset();
  idle_timers_.arm_earlier(index, slot.session->idle_deadline());
}

bool EndpointImpl::poll_flight(MutableBytes buffer, Train& train) {
  while (half_open_) {
    const auto index = half_open_->next_flight();
    if (!index) return false;
    session::HalfOpen& record = (*half_open_)[*index];
    const std::uint64_t allowed = kAmplificationFactor * record.bytes_received;
    if (record.bytes_sent + record.flight_size > allowed) {
      drop(DropReason::kAmplification);
      continue;
    }
    record.bytes_sent += record.flight_size;
    ++record.flights_sent;
    std::copy_n(record.flight.begin(), record.flight_size, buffer.begin());
    train = Train{.path = {record.remote, record.local},
                  .bytes = buffer.first(record.flight_size),
                  .segment_bytes = record.flight_size};
    return true;
  }
  return false;
}

}  // namespace jetstream::endpoint
