// SPDX-License-Identifier: MIT
//
// The way in: a packet is opened, all its frames are walked over without effect, and only if every
// one of them is fine and has room are they applied and is the packet's number recorded [PKT-18,
// PKT-19].
#include "session/session.h"
#include "wire/handshake_message.h"

namespace jetstream::session {
namespace {

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

/// RFC 9000 9.1.
bool is_probing(const wire::Frame& frame) {
  return std::holds_alternative<wire::PaddingFrame>(frame) ||
         std::holds_alternative<wire::PathChallengeFrame>(frame) ||
         std::holds_alternative<wire::PathResponseFrame>(frame) ||
         std::holds_alternative<wire::NewConnectionIdFrame>(frame);
}

}  // namespace

std::optional<DropReason> Session::handle_packet(Instant now, const Path& path,
                                                 MutableBytes packet) {
  if (!paths_.acceptable(path.remote)) return DropReason::kUnexpected;
  // Who closes follows nobody, so nobody else makes it send either.
  if (closing() && path.remote != remote()) return DropReason::kUnexpected;
  if (state_ == SessionState::kDraining) return DropReason::kUnexpected;
  if (!closing() && is_expired(now)) return DropReason::kUnexpected;
  const std::size_t packet_bytes = packet.size();
  key_update_.forget_old(now);
  const auto opened = opener_.open(packet);
  if (!opened) {
    if (opener_.integrity_limit_reached()) {
      close(now, local_close(TransportCode::kAeadLimitReached, "too many forged packets"));
    }
    return opened.error();
  }
  if (closing()) {
    handle_while_closing(now, *opened);
    return std::nullopt;
  }
  if (!key_update_.permitted(*opened)) {  // [KU-6, KU-8]
    close(now, local_close(TransportCode::kKeyUpdateError, "keys changed out of turn"));
    return std::nullopt;
  }
  bool has_room = true;
  const auto needs = walk(opened->payload, has_room);
  if (!needs) {
    close(now, local_close(needs.error()));
    return std::nullopt;
  }
  if (!has_room) return DropReason::kMemory;  // [PKT-19]

  const bool leads = opener_.is_newest(*opened) && !needs->probing;
  key_update_.record(now, recovery_.pto(), *opened);
  if (may_follow()) follow(now, path, packet_bytes, leads);
  take(now, path, *opened, packet_bytes, *needs);
  return std::nullopt;
}

void Session::take(Instant now, const Path& path, const PacketOpener::Opened& opened,
                   std::size_t bytes, const PacketNeeds& needs) {
  // Nothing else is a sign of life [LIVE-3].
  update_activity(now);
  bytes_received_ += bytes;
  ++packets_received_;
  ++context_.stats.packets_received;
  streams_.on_time(now, recovery_.pto(), recovery_.smoothed_rtt());
  acks_.on_packet(now, opened.number, needs.ack_eliciting, needs.immediate_ack);
  if (const auto applied = apply(now, path, opened); !applied) {
    close(now, local_close(applied.error()));
  }
}

Result<Session::PacketNeeds, Violation> Session::walk(Bytes payload, bool& has_room) {
  if (payload.empty()) {  // [PKT-17]
    return unexpected(Violation{TransportCode::kProtocolViolation, "a packet without frames"});
  }
  PacketNeeds needs;
  stream::StreamTable::Needs of_streams;
  wire::FrameReader reader(payload);
  while (!reader.done()) {
    const auto frame = reader.next();
    if (!frame) return unexpected(frame.error());
    if (wire::rules_of(*frame).ack_eliciting) needs.ack_eliciting = true;
    if (!is_probing(*frame)) needs.probing = false;
    const auto* data = std::get_if<wire::StreamFrame>(&*frame);
    if (data != nullptr && data->fin) needs.immediate_ack = true;
    has_room = has_room && streams_.has_room(*frame, of_streams);
  }
  return needs;
}

Result<void, Violation> Session::apply(Instant now, const Path& path,
                                       const PacketOpener::Opened& opened) {
  wire::FrameReader reader(opened.payload);
  std::uint32_t useless = 0;
  const std::uint32_t given_up = streams_.given_up();
  while (!reader.done() && !closing()) {
    const auto frame = reader.next();
    const std::uint32_t effects = streams_.effects();
    if (const auto applied = on_frame(now, path, opened, *frame); !applied) return applied;
    const bool is_ack = std::holds_alternative<wire::AckFrame>(*frame);
    if (is_ack ? context_.fates.acked.empty() : streams_.effects() == effects) ++useless;
  }
  if (progress_.take(now, useless, streams_.given_up() - given_up)) return {};
  return unexpected(  // [LIM-9, LIM-10]
      Violation{TransportCode::kExcessiveLoad, "work without progress"});
}

Result<void, Violation> Session::on_frame(Instant now, const Path& path,
                                          const PacketOpener::Opened& opened,
                                          const wire::Frame& frame) {
  using Verdict = Result<void, Violation>;
  return std::visit(
      Overloaded{
          [](const wire::PaddingFrame&) -> Verdict { return {}; },
          [](const wire::PingFrame&) -> Verdict { return {}; },
          [&](const wire::AckFrame& ack) -> Verdict { return on_ack(now, opened.phase, ack); },
          [&](const wire::CloseFrame& close) -> Verdict {
            on_peer_close(now, from_frame(close));
            return {};
          },
          [&](const wire::GoAwayFrame& goaway) -> Verdict {
            on_goaway(now, goaway);
            return {};
          },
          [&](const wire::HandshakeDoneFrame&) -> Verdict {
            if (role_ == Role::kServer) {  // [HS-25]
              return unexpected(Violation{TransportCode::kProtocolViolation,
                                          "only a server sends HANDSHAKE_DONE", 0x1e});
            }
            confirm_handshake();
            return {};
          },
          [&](const wire::AddressTokenFrame& given) -> Verdict {
            if (role_ == Role::kServer) {  // [RETRY-18]
              return unexpected(Violation{TransportCode::kProtocolViolation,
                                          "only a server sends ADDRESS_TOKEN", 0x24});
            }
            if (!address_token_) address_token_ = std::make_unique<crypto::AddressToken>();
            std::ranges::copy(given.token, address_token_->begin());
            return {};
          },
          [&](const wire::HeartbeatFrame& heartbeat) -> Verdict {
            if (!heartbeat.is_response) {  // [LIVE-4]
              if (now < pong_after_) return {};
              pong_due_ = true;
              pong_sequence_ = heartbeat.sequence;
            } else if (const auto rtt = heartbeat_.on_pong(now, heartbeat.sequence)) {
              recovery_.on_rtt_sample(*rtt);
            }
            return {};
          },
          [&](const wire::PathChallengeFrame& challenge) -> Verdict {
            paths_.on_challenge(path, challenge.data,
                                wire::kShortHeaderSize + opened.payload.size() + wire::kTagSize);
            return {};
          },
          [&](const wire::PathResponseFrame& response) -> Verdict {
            on_path_response(path.remote, response.data);
            return {};
          },
          [&](const wire::NewConnectionIdFrame& id) -> Verdict { return on_new_id(id); },
          [&](const wire::RetireConnectionIdFrame& id) -> Verdict { return ids_.on_frame(id); },
          [&](const wire::NewTicketFrame& ticket) { return on_new_ticket(now, ticket); },
          [&](const wire::TicketRequestFrame& request) { return on_ticket_request(request); },
          [&](const auto& of_streams) -> Verdict { return streams_.on_frame(of_streams); },
      },
      frame);
}

Result<void, Violation> Session::on_new_ticket(Instant now, const wire::NewTicketFrame& frame) {
  if (role_ == Role::kServer) {  // [RES-10]
    return unexpected(
        Violation{TransportCode::kProtocolViolation, "only a server sends NEW_TICKET", 0x22});
  }
  wallet_->add(now, frame);
  return {};
}

Result<void, Violation> Session::on_ticket_request(const wire::TicketRequestFrame& frame) {
  if (role_ == Role::kClient) {  // [RES-10]
    return unexpected(
        Violation{TransportCode::kProtocolViolation, "only a client sends TICKET_REQUEST", 0x23});
  }
  if (issuer_) issuer_->request(frame.count);
  return {};
}

Result<void, Violation> Session::on_ack(Instant now, std::uint64_t key_phase,
                                        const wire::AckFrame& ack) {
  recovery::FrameFates& fates = context_.fates;
  fates.clear();
  if (const auto taken = recovery_.on_ack(now, ack, fates); !taken) return taken;
  if (!key_update_.on_ack(now, ack.largest, key_phase)) {  // [KU-7]
    return unexpected(
        Violation{TransportCode::kKeyUpdateError, "the peer has not followed a key update", 0x02});
  }
  // The server acknowledges 1-RTT packets only after it has our Finished [HS-19].
  // Early data it may acknowledge before that [RES-22].
  if (begin_ && ack.largest >= begin_->first_number) confirm_handshake();
  settle(now, fates);
  return {};
}

void Session::settle(Instant now, const recovery::FrameFates& fates) {
  for (const wire::SentFrame& frame : fates.acked) {
    if (frame.kind == wire::SentKind::kAck) {
      acks_.on_ack_acked(frame);
    } else if (frame.kind == wire::SentKind::kMtuProbe) {
      if (path_mtu_.on_probe_acked(frame.length)) {
        recovery_.set_datagram_bytes(path_mtu_.current());
      }
    } else if (frame.kind == wire::SentKind::kNewConnectionId ||
               frame.kind == wire::SentKind::kRetireConnectionId) {
      ids_.on_acked(frame);
    } else if (frame.kind == wire::SentKind::kGoAway) {
      if (drain_) drain_->on_goaway_acked();
    } else if (frame.kind == wire::SentKind::kAddressToken) {
      address_token_.reset();
      token_due_ = false;
    } else {
      streams_.on_acked(frame);
    }
  }
  for (const wire::SentFrame& frame : fates.lost) {
    if (frame.kind == wire::SentKind::kMtuProbe) {
      path_mtu_.on_probe_lost(now, frame.length);
    } else if (frame.kind == wire::SentKind::kHandshakeDone) {
      done_due_ = true;  // [HS-24]
    } else if (frame.kind == wire::SentKind::kNewConnectionId ||
               frame.kind == wire::SentKind::kRetireConnectionId) {
      ids_.on_lost(frame);
    } else if (frame.kind == wire::SentKind::kGoAway) {
      if (drain_) drain_->on_goaway_lost();
    } else if (frame.kind == wire::SentKind::kNewTicket) {
      issuer_->on_lost();
    } else if (frame.kind == wire::SentKind::kTicketRequest) {
      wallet_->request(frame.offset);
    } else if (frame.kind == wire::SentKind::kAddressToken) {
      token_due_ = address_token_ != nullptr;  // unless a copy has arrived
    } else {
      streams_.on_lost(frame);
    }
  }
  if (path_mtu_.on_packets(now, fates.acked_bytes_max, fates.large_lost)) {
    recovery_.set_datagram_bytes(path_mtu_.current());
  }
  context_.stats.packets_lost += recovery_.packets_lost() - packets_lost_seen_;
  packets_lost_seen_ = recovery_.packets_lost();
}

void Session::confirm_handshake() {
  if (confirmed_) return;
  confirmed_ = true;
  begin_->client_finished = {};
  if (begin_->server_handshake_keys) context_.cipher.forget(*begin_->server_handshake_keys);
  begin_->server_handshake_keys.reset();
  forget_beginning();
}

void Session::forget_beginning() {
  if (confirmed_ && begin_->early_rejected.empty()) begin_.reset();
}

std::optional<DropReason> Session::handle_late_handshake(Instant now, MutableBytes packet) {
  // Every datagram of a client starts with its Finished until the client knows that it has arrived.
  if (role_ == Role::kServer) return std::nullopt;
  if (closing() || !begin_ || !begin_->server_handshake_keys) return DropReason::kUnexpected;
  const auto messages = open_handshake_packet(context_.cipher, *begin_->server_handshake_keys,
                                              kRefusalNumber, packet);
  if (!messages) return DropReason::kAuthentication;
  base::ByteReader reader(*messages);
  const auto message = wire::next_message(reader);
  if (!message || message->type != wire::MessageType::kClose || !reader.empty()) {
    return DropReason::kUnexpected;  // a copy of the flight
  }
  const auto why = parse_close_message(message->body);
  if (!why) return DropReason::kMalformed;
  on_peer_close(now, *why);
  return std::nullopt;
}

/// Only CLOSE is read; everything else is a straggler to be answered with it [CLOSE-2].
void Session::handle_while_closing(Instant now, const PacketOpener::Opened& opened) {
  if (!key_update_.permitted(opened)) return;
  key_update_.record(now, recovery_.pto(), opened);
  wire::FrameReader reader(opened.payload);
  while (!reader.done()) {
    const auto frame = reader.next();
    if (!frame) break;
    if (std::holds_alternative<wire::CloseFrame>(*frame)) {
      state_ = SessionState::kDraining;  // both sides know; nobody needs another answer
      close_due_ = false;
      return;
    }
  }
  if (ending_->repeater.on_packet()) close_due_ = true;
}

/// Told once, however often it comes.
void Session::on_goaway(Instant now, const wire::GoAwayFrame& frame) {
  if (!peer_goaway_) {
    peer_goaway_ = std::make_unique<GoAwayInfo>();
    goaway_event_ = true;
  }
  *peer_goaway_ = from_frame(now, frame);
}

void Session::on_peer_close(Instant now, const CloseInfo& why) {
  end(now, SessionState::kDraining, why);
}

}  // namespace jetstream::session
