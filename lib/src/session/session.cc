// SPDX-License-Identifier: MIT
#include "session/session.h"

#include <algorithm>

#include "session/params.h"

namespace jetstream::session {
namespace {

/// A session that was quiet for this long gives back what only matters while packets flow.
constexpr Duration kQuietAfter = std::chrono::seconds(2);

/// How often sessions that hold much are looked at.
constexpr Duration kWatchInterval = std::chrono::seconds(1);

/// What neither the peer [PKT-25] nor this side's configuration forbids.
std::uint32_t largest_datagram(const SessionConfig& local, const wire::HelloParams& peer) {
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>(local.datagram_bytes_max, peer.datagram_bytes_max));
}

/// The first packet number left out is one from this to twice this.
constexpr std::uint64_t kFirstLeftOut = 256;

}  // namespace

std::uint64_t draw(RandomSource& random) {
  std::array<std::uint8_t, 8> bytes{};
  random.fill_public(bytes);
  return *base::ByteReader(bytes).read_u64();
}

Session::Session(Instant now, SessionSetup setup, const SessionContext& context)
    : context_(context),
      id_(setup.established.session_id),
      created_at_(setup.created_at),
      timeout_(effective_timeout(setup.config, setup.established.peer_params)),
      last_activity_(now),
      rest_at_(now + kQuietAfter),
      opener_(context_.cipher, setup.established.receive_keys),
      sealer_(context_.cipher, setup.established.send_keys, setup.established.peer_id,
              setup.first_number),
      key_update_(opener_, sealer_, setup.config.key_update, now),
      ids_(setup.established.local_id, setup.established.peer_id,
           setup.established.peer_reset_token),
      paths_(setup.role, {setup.path, setup.established.peer_id}),
      recovery_(recovery::AckTracker::kMaxAckDelay, recovery::kBaseDatagramBytes),
      path_mtu_(largest_datagram(setup.config, setup.established.peer_params)),
      streams_(setup.early_flight
                   ? std::move(setup.early_flight->streams())
                   : stream::StreamTable(setup.role, stream_limits(to_params(setup.config)),
                                         stream_limits(setup.established.peer_params),
                                         setup.config.send_buffer_bytes_max,
                                         {&context_.memory, setup.memory_tag})),
      heartbeat_(setup.config.heartbeat_enabled, setup.config.heartbeat_interval,
                 setup.config.heartbeat_timeout_count, now),
      early_(std::move(setup.early_reception)),
      leave_out_at_(kFirstLeftOut + draw(context_.random) % (kFirstLeftOut + 1)),
      role_(setup.role),
      resumed_(setup.established.resumed),
      early_accepted_(setup.established.early_accepted),
      confirmed_(setup.role == Role::kServer && !early_) {
  const Established& established = setup.established;
  if (setup.handshake_rtt) recovery_.on_rtt_sample(*setup.handshake_rtt);
  if (established.peer_identity) {
    peer_identity_ = std::make_unique<const PublicKey>(*established.peer_identity);
  }
  // The client asks for an answer at once, so that a lost Finished is noticed and sent again
  // [HS-20].
  done_due_ = confirmed_;
  ping_due_ = role_ == Role::kClient;
  if (setup.early_flight) adopt_early_flight(*setup.early_flight, established.peer_params);
  if (confirmed_) {
    make_issuer(setup.mint, std::move(setup.promised), established.resumption);
    return;
  }
  begin_ = std::make_unique<Beginning>(Beginning{
      std::move(setup.client_finished), std::move(setup.server_handshake_keys),
      std::move(setup.early_rejected), setup.first_number, setup.mint, std::move(setup.promised)});
  if (role_ == Role::kClient) wallet_ = std::make_unique<TicketWallet>(established);
}

Session::~Session() {
  if (begin_ && begin_->server_handshake_keys) {
    context_.cipher.forget(*begin_->server_handshake_keys);
  }
  if (early_) context_.cipher.forget(early_->keys());
}

void Session::make_issuer(const TicketMint* mint, std::shared_ptr<const SessionConfig> promised,
                          const crypto::Secret& resumption) {
  if (mint == nullptr) return;
  issuer_ = std::make_unique<TicketIssuer>(*mint, std::move(promised), resumption);
}

void Session::set_heartbeat(Instant now, const SessionConfig& config) {
  if (role_ != Role::kServer) return;
  heartbeat_.configure(now, config.heartbeat_enabled, config.heartbeat_interval,
                       config.heartbeat_timeout_count);
}

void Session::give_address_token(const crypto::AddressToken& token) {
  if (closing()) return;
  address_token_ = std::make_unique<crypto::AddressToken>(token);
  token_due_ = true;
}

void Session::handle_timeout(Instant now) {
  if (closing() || is_early()) return;
  key_update_.forget_old(now);
  on_path_timeout(now);
  streams_.on_time(now, recovery_.pto(), recovery_.smoothed_rtt());
  heartbeat_.on_timeout(now);
  if (heartbeat_.peer_gone()) {
    end_lost(now, SessionState::kClosing,
             local_close(TransportCode::kHeartbeatTimeout, "heartbeats went unanswered"));
    return;
  }
  if (now >= recovery_.deadline()) {
    context_.fates.clear();
    recovery_.on_timeout(now, context_.fates);
    settle(now, context_.fates);
    if (recovery_.probes_due() > 0 && path_mtu_.on_probe_timeout(now)) {
      recovery_.set_datagram_bytes(path_mtu_.current());
    }
  }
}

bool Session::handle_idle(Instant now) {
  if (closing()) return false;
  if (is_expired(now)) {
    ++context_.stats.sessions_expired;
    end_lost(now, SessionState::kClosing,
             local_close(TransportCode::kIdleTimeout, "the session expired"));
    return true;
  }
  if (now < rest_at_) return false;
  if (streams_.overdue(now)) {  // [LIM-8]
    end(now, SessionState::kClosing,
        local_close(TransportCode::kExcessiveLoad, "too much memory held for too long"));
    streams_.abandon();
    return true;
  }
  if (now - last_activity_ < kQuietAfter || recovery_.anything_in_flight()) {
    rest_at_ = std::max(last_activity_ + kQuietAfter, now + kQuietAfter / 2);
    return false;
  }
  key_update_.forget_old(now);
  opener_.rest();
  paths_.rest();
  recovery_.trim();
  streams_.trim();
  rest_at_ = streams_.worth_watching() ? now + kWatchInterval : kNever;
  return false;
}

void Session::update_activity(Instant now) {
  last_activity_ = now;
  heartbeat_.on_activity(now);
  wake_up(now);
}

void Session::wake_up(Instant now) {
  if (rest_at_ == kNever) rest_at_ = now + kQuietAfter;
}

Instant Session::deadline() const {
  if (closing()) return ending_->forget_at;
  if (is_early()) return kNever;  // the timers are the client's [HS-10]
  const Instant drained_at = drain_ ? drain_->deadline(streams_over()) : kNever;
  const Instant always =
      std::min({heartbeat_.deadline(), paths_.deadline(), streams_.deadline(), drained_at});
  // What can't be sent yet needs no waking.
  return held_back() ? always : std::min({always, acks_.deadline(), recovery_.deadline()});
}

Instant Session::idle_deadline() const {
  if (closing()) return kNever;
  return std::min(last_activity_ + timeout_, rest_at_);
}

bool Session::finished(Instant now) const {
  return ending_ && now >= ending_->forget_at && !close_due_ && !close_event_;
}

void Session::close(Instant now, CloseInfo why) {
  if (closing()) return;
  const bool silent = why.silent;  // [CLOSE-10]
  end(now, silent ? SessionState::kDraining : SessionState::kClosing, std::move(why));
}

void Session::end(Instant now, SessionState state, CloseInfo why) {
  const bool told = !is_early() || !start_event_;
  if (!told) start_event_ = false;
  state_ = state;
  close_due_ = state == SessionState::kClosing;
  close_event_ = told;
  ++context_.stats.sessions_closed[static_cast<std::size_t>(why.reason)];
  // Three probe timeouts are enough for stragglers of the peer to arrive [CLOSE-5].
  const Instant forget_at = now + std::min(3 * recovery_.pto(), context_.cleanup_interval);
  ending_ = std::make_unique<Ending>(Ending{.why = std::move(why), .forget_at = forget_at});
}

void Session::end_lost(Instant now, SessionState state, CloseInfo why) {
  // The server may never have seen the end of the handshake, or all that was sent since [RST-6].
  if (role_ == Role::kClient && !confirmed_) {
    why.local = data_sent_ ? LocalCode::kDeliveryUnknown : LocalCode::kNotConnected;
  }
  end(now, state, std::move(why));
}

void Session::request_ticket() {
  if (wallet_) wallet_->request(1);
  if (issuer_) issuer_->request(1);
}

std::optional<SessionTicket> Session::take_ticket() {
  return wallet_ ? wallet_->take() : std::nullopt;
}

void Session::drain(Instant now, const DrainOptions& options) {
  if (closing()) return;
  if (drain_) return drain_->hasten(now, options);
  drain_ = std::make_unique<Drain>(now, options);
}

bool Session::drained(Instant now) const {
  return drain_ && !is_early() && drain_->over(now, streams_over());
}

Result<> Session::may_open() const {
  if (!drain_ && !peer_goaway_) return usable();
  return refuse(LocalCode::kGoingAway, drain_ ? "this side drains the session"
                                              : "the peer is going away; use another session");
}

Result<> Session::usable() const {
  if (closing()) return refuse(LocalCode::kClosing, "the session is closing");
  return {};
}

bool Session::has_event() const {
  if (is_untold()) return false;
  const bool starts = start_event_ && !is_early();
  const bool waited = early_ && (early_->next_known() || early_->released());
  const bool rejected = begin_ && !begin_->early_rejected.empty();
  const bool ticket = wallet_ && wallet_->has_news();
  return starts || waited || rejected || close_event_ || goaway_event_ || path_is_news() ||
         sealer_.phase() > keys_told_ || heartbeat_event_ || ticket || streams_.has_event();
}

std::optional<Event> Session::poll_event() {
  if (is_untold()) return std::nullopt;
  if (is_early() && !closing()) return poll_early_event();
  Event event{};
  if (begin_ && !begin_->early_rejected.empty()) {
    // Before kConnected: the ids are given out again [RES-21].
    auto& rejected = begin_->early_rejected;
    event.kind = EventKind::kEarlyRejected;
    event.stream = rejected.front();
    rejected.erase(rejected.begin());
    forget_beginning();
    return event;
  }
  if (start_event_) {
    start_event_ = false;
    event.kind = role_ == Role::kClient ? EventKind::kConnected : EventKind::kAccepted;
    return event;
  }
  if (const auto stream_event = poll_stream_event()) {
    event.kind = stream_event->kind;
    event.stream = stream_event->stream;
    event.code = stream_event->code;
    return event;
  }
  if (goaway_event_) {
    goaway_event_ = false;
    event.kind = EventKind::kGoAway;
    return event;
  }
  if (heartbeat_event_) {
    heartbeat_event_ = false;
    event.kind = EventKind::kHeartbeatSent;
    event.code = heartbeat_.latest();
    return event;
  }
  if (path_is_news()) {
    path_event_ = false;
    event.kind = EventKind::kPathChanged;
    return event;
  }
  if (sealer_.phase() > keys_told_) {
    event.kind = EventKind::kKeysUpdated;
    event.code = keys_told_ = sealer_.phase();
    return event;
  }
  if (wallet_ && wallet_->has_news()) {
    wallet_->tell_news();
    event.kind = EventKind::kTicket;
    return event;
  }
  if (close_event_) {
    close_event_ = false;
    event.kind = EventKind::kClosed;
    return event;
  }
  return std::nullopt;
}

SessionInfo Session::info() const {
  SessionInfo info;
  info.id = id();
  info.role = role_;
  info.state = state();
  info.path = paths_.active().path;
  if (const PeerAddress* proven = paths_.proven_remote(); proven != nullptr && !is_early()) {
    info.proven = *proven;
  }
  info.suite = sealer_.suite();
  info.resumed = resumed_;
  info.early_accepted = early_accepted_;
  info.peer_identity = peer_identity();
  info.created_at = created_at_;
  info.last_activity = last_activity_;
  info.timeout = timeout_;
  info.going_away = drain_ || peer_goaway_;
  info.streams_open = static_cast<std::uint32_t>(streams_.open_count());
  info.bytes_received = bytes_received_;
  info.bytes_sent = bytes_sent_;
  info.packets_received = packets_received_;
  info.packets_sent = sealer_.packets_sent();
  info.packets_lost = recovery_.packets_lost();
  info.smoothed_rtt = recovery_.smoothed_rtt();
  info.min_rtt = recovery_.min_rtt();
  info.congestion_window = recovery_.congestion_window();
  info.bytes_in_flight = recovery_.bytes_in_flight();
  info.datagram_bytes = path_mtu_.current();
  info.heartbeats_answered = heartbeat_.answered();
  info.key_updates = sealer_.phase();
  info.heartbeat_sequence = heartbeat_.last_answered();
  info.heartbeat_rtt = heartbeat_.last_rtt();
  if (role_ == Role::kClient && address_token_) {
    info.address_token.assign(address_token_->begin(), address_token_->end());
  }
  return info;
}

}  // namespace jetstream::session
