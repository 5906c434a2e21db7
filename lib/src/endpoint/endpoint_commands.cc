// SPDX-License-Identifier: MIT
//
// What the application asks for. Everything here finds the session and passes the call on.
#include "endpoint/endpoint_impl.h"

namespace jetstream::endpoint {
namespace {

tl::unexpected<Error> stale() { return refuse(LocalCode::kUnknownSession, "the session is gone"); }

/// Far more than anybody waits, and far from where the arithmetic of time ends.
constexpr Duration kDrainDeadlineMax = std::chrono::hours(24);
/// A refusal has to fit into one small datagram.
constexpr std::size_t kRefusalMessageMax = 80;

}  // namespace

Result<SessionHandle> EndpointImpl::connect(Instant now, const ConnectOptions& options) {
  if (!options.trust.configured()) {  // [HS-17]
    return refuse(LocalCode::kNoTrust, "no server key is trusted; give a pin");
  }
  const SessionConfig config = options.session.value_or(config_.session);
  if (const auto valid = validate(config); !valid) return unexpected(valid.error());
  if (!options.address_token.empty() && options.address_token.size() != wire::kAddressTokenSize) {
    return refuse(LocalCode::kInvalidArgument, "an address token has 70 bytes");
  }
  if (config_.memory_bytes_max < config.message_bytes_max * EndpointConfig::kMemoryMessagesMin) {
    return refuse(LocalCode::kInvalidArgument, "memory_bytes_max is too small for the messages");
  }
  const auto index = slots_.allocate(Slot::Kind::kConnecting);
  if (!index) return refuse(LocalCode::kTableFull, "no room for another session");
  session::ClientHandshake::Setup setup{.remote = options.remote,
                                        .config = config,
                                        .trust = options.trust,
                                        .identity = options.identity,
                                        .local_id = slots_.id_of(*index),
                                        .give_up_after = config_.handshake_timeout,
                                        .prefer_aes = config_.prefer_aes,
                                        .ticket = options.ticket};
  for (const std::uint8_t byte : options.address_token) {
    if (!setup.address_token) setup.address_token.emplace();
    setup.address_token->push_back(byte);
  }
  slots_[*index].connecting = std::unique_ptr<Connecting>(
      new Connecting{.handshake = session::ClientHandshake(now, std::move(setup), cipher_, random_),
                     .options = options,
                     .config = config,
                     .started = now,
                     .local_id = slots_.id_of(*index),
                     .closed = {}});
  Connecting& connecting = *slots_[*index].connecting;
  if (connecting.handshake.offers_early_data()) {
    connecting.early = std::make_unique<session::EarlyFlight>(
        *options.ticket, config, cipher_, stream::SharedMemory{&memory_, *index});
  }
  ++stats_.handshakes_started;
  touch(*index);
  return slots_.handle_of(*index);
}

Result<> EndpointImpl::close(Instant now, SessionHandle handle, CloseReason reason,
                             std::string_view message) {
  return close(now, handle, session::local_close(reason, message));
}

Result<> EndpointImpl::close(Instant now, SessionHandle handle, TransportCode code,
                             std::string_view message) {
  return close(now, handle, session::local_close(code, message));
}

Result<> EndpointImpl::close(Instant now, SessionHandle handle, const CloseInfo& why) {
  const auto index = slots_.find(handle);
  if (!index) return stale();
  Slot& slot = slots_[*index];
  if (slot.kind == Slot::Kind::kLive) {
    slot.session->close(now, session::local_close(why));
  } else if (slot.kind == Slot::Kind::kConnecting && !slot.connecting->failed) {
    Connecting& connecting = *slot.connecting;
    connecting.failed = true;
    connecting.close_event = true;
    connecting.closed = session::local_close(why);
    connecting.forget_at = now + config_.cleanup_interval;
  }
  touch(*index);
  return {};
}

Result<> EndpointImpl::drain(Instant now, SessionHandle handle, const DrainOptions& options) {
  if (options.deadline < Duration::zero() || options.deadline > kDrainDeadlineMax ||
      options.retry_after < Duration::zero()) {
    return refuse(LocalCode::kInvalidArgument, "a drain's deadline is 0 to 24 h");
  }
  const auto index = slots_.find(handle);
  if (!index) return stale();
  Slot& slot = slots_[*index];
  if (slot.kind != Slot::Kind::kLive) return close(now, handle, options.reason, options.message);
  slot.session->drain(now, options);
  touch(*index);
  return {};
}

const GoAwayInfo* EndpointImpl::goaway_info(SessionHandle handle) const {
  const session::Session* session = live(handle);
  return session == nullptr ? nullptr : session->goaway_info();
}

void EndpointImpl::refuse_sessions(std::optional<CloseInfo> why) {
  refusal_ = std::move(why);
  if (!refusal_) return;
  *refusal_ = session::local_close(*refusal_);
  refusal_->message.resize(std::min(refusal_->message.size(), kRefusalMessageMax));
}

SessionInfo EndpointImpl::info_of(std::uint32_t index) const {
  const Slot& slot = slots_[index];
  SessionInfo info;
  if (slot.kind == Slot::Kind::kLive) {
    info = slot.session->info();
    if (slot.limits) info.times_limited = slot.limits->times_limited();
  } else if (slot.kind == Slot::Kind::kConnecting) {
    info.path.remote = slot.connecting->options.remote;
    info.created_at = info.last_activity = slot.connecting->started;
    info.peer_identity = slot.connecting->handshake.server_identity();
    if (slot.connecting->failed) info.state = SessionState::kClosing;
  } else if (slot.kind == Slot::Kind::kHalfOpen) {
    const session::HalfOpen& record = (*half_open_)[slot.link];
    info.role = Role::kServer;
    info.path = {record.remote, record.local};
    info.created_at = info.last_activity = record.created_at;
  }
  info.handle = slots_.handle_of(index);
  return info;
}

Result<SessionInfo> EndpointImpl::info(SessionHandle handle) const {
  const auto index = slots_.find(handle);
  if (!index) return stale();
  return info_of(*index);
}

const CloseInfo* EndpointImpl::close_info(SessionHandle handle) const {
  const auto index = slots_.find(handle);
  if (!index) return nullptr;
  const Slot& slot = slots_[*index];
  if (slot.kind == Slot::Kind::kLive) return slot.session->close_info();
  if (slot.kind == Slot::Kind::kConnecting && slot.connecting->failed) {
    return &slot.connecting->closed;
  }
  return nullptr;
}

Result<> EndpointImpl::ping(Instant, SessionHandle handle) {
  const auto session = usable(handle);
  if (!session) return unexpected(session.error());
  (*session)->ping();
  touch(handle.slot);
  return {};
}

Result<> EndpointImpl::migrate(Instant now, SessionHandle handle) {
  const auto session = usable(handle);
  if (!session) return unexpected(session.error());
  const auto moved = (*session)->migrate(now);
  touch(handle.slot);
  return moved;
}

void EndpointImpl::migrate_all(Instant now) {
  for (std::uint32_t i = 0; i < slots_.size(); ++i) {
    if (slots_[i].kind != Slot::Kind::kLive) continue;
    (void)slots_[i].session->migrate(now);
    touch(i);
  }
}

Result<> EndpointImpl::generate_session_ticket(SessionHandle handle) {
  const auto session = usable(handle);
  if (!session) return unexpected(session.error());
  (*session)->request_ticket();
  touch(handle.slot);
  return {};
}

Result<SessionTicket> EndpointImpl::take_ticket(SessionHandle handle) {
  const auto index = slots_.find(handle);
  if (!index) return stale();
  std::optional<SessionTicket> ticket;
  if (slots_[*index].kind == Slot::Kind::kLive) ticket = slots_[*index].session->take_ticket();
  if (!ticket) return refuse(LocalCode::kWouldBlock, "no ticket has come");
  return *std::move(ticket);
}

void EndpointImpl::visit_sessions(const std::function<void(const SessionInfo&)>& visit) const {
  for (std::uint32_t i = 0; i < slots_.size(); ++i) {
    if (slots_[i].kind == Slot::Kind::kLive) visit(info_of(i));
  }
}

std::optional<SessionId> EndpointImpl::visit_sessions(
    SessionId first, std::size_t limit,
    const std::function<void(const SessionInfo&)>& visit) const {
  return sessions_.visit(first, limit, [&](std::uint32_t index) { visit(info_of(index)); });
}

std::optional<SessionHandle> EndpointImpl::find(const PeerAddress& remote) const {
  const auto index = sessions_.find(remote);
  return index ? std::optional(slots_.handle_of(*index)) : std::nullopt;
}

std::optional<SessionHandle> EndpointImpl::find(SessionId id) const {
  const auto index = sessions_.find(id);
  return index ? std::optional(slots_.handle_of(*index)) : std::nullopt;
}

EndpointStats EndpointImpl::stats() const {
  EndpointStats stats = stats_;
  stats.memory_held = memory_.held();
  stats.memory_held_max = memory_.peak();
  stats.memory_budget = memory_.bytes_max();
  return stats;
}

Result<session::Session*> EndpointImpl::usable(SessionHandle handle) {
  const auto index = slots_.find(handle);
  if (!index) return stale();
  Slot& slot = slots_[*index];
  if (slot.kind != Slot::Kind::kLive) {
    return refuse(LocalCode::kNotConnected, "the handshake has not finished");
  }
  if (const auto open = slot.session->usable(); !open) return unexpected(open.error());
  return slot.session.get();
}

const session::Session* EndpointImpl::live(SessionHandle handle) const {
  const auto index = slots_.find(handle);
  if (!index || slots_[*index].kind != Slot::Kind::kLive) return nullptr;
  return slots_[*index].session.get();
}

session::EarlyFlight* EndpointImpl::early_flight(SessionHandle handle) const {
  const auto index = slots_.find(handle);
  if (!index || slots_[*index].kind != Slot::Kind::kConnecting) return nullptr;
  const Connecting& connecting = *slots_[*index].connecting;
  return connecting.failed ? nullptr : connecting.early.get();
}

template <class F>
auto EndpointImpl::on_stream(SessionHandle handle, StreamId stream, F command)
    -> decltype(command(std::declval<stream::StreamTable&>())) {
  if (session::EarlyFlight* early = early_flight(handle)) {
    auto result = command(early->streams());
    touch(handle.slot);
    return result;
  }
  const auto session = usable(handle);
  if (!session) return unexpected(session.error());
  if ((*session)->was_rejected(stream)) {
    return refuse(LocalCode::kEarlyRejected, "the server did not take early data");
  }
  auto result = command((*session)->streams());
  touch(handle.slot);
  return result;
}

Result<StreamId> EndpointImpl::open_stream(SessionHandle handle, const StreamOptions& options) {
  const bool early = early_flight(handle) != nullptr;
  if (early && !options.early) {
    return refuse(LocalCode::kNotConnected, "the handshake has not finished");
  }
  const auto index = slots_.find(handle);
  if (index && awaits_finished(slots_[*index])) {
    return refuse(LocalCode::kNotConnected, "the client has not finished the handshake");
  }
  const session::Session* session = live(handle);
  const auto may = session == nullptr ? Result<>() : session->may_open();
  if (!may) return unexpected(may.error());
  return on_stream(handle, StreamId(),
                   [&](stream::StreamTable& streams) { return streams.open(options); });
}

Result<std::size_t> EndpointImpl::send(SessionHandle handle, StreamId stream, Bytes data) {
  const bool limited = limiter_.active() && early_flight(handle) == nullptr;
  return on_stream(handle, stream, [&](stream::StreamTable& streams) {
    return limited ? limited_send(handle.slot, stream, data) : streams.send(stream, data);
  });
}

Result<> EndpointImpl::finish(SessionHandle handle, StreamId stream) {
  return on_stream(handle, stream,
                   [&](stream::StreamTable& streams) { return streams.finish(stream); });
}

Result<> EndpointImpl::reset(SessionHandle handle, StreamId stream, std::uint64_t code) {
  return on_stream(handle, stream,
                   [&](stream::StreamTable& streams) { return streams.reset(stream, code); });
}

Result<> EndpointImpl::stop_sending(SessionHandle handle, StreamId stream, std::uint64_t code) {
  return on_stream(handle, stream, [&](stream::StreamTable& streams) {
    return streams.stop_sending(stream, code);
  });
}

Result<ReadView> EndpointImpl::read(SessionHandle handle, StreamId stream) {
  // What arrived before a close may still be read after it.
  const auto index = slots_.find(handle);
  if (!index) return stale();
  if (slots_[*index].kind != Slot::Kind::kLive) {
    return refuse(LocalCode::kNotConnected, "the handshake has not finished");
  }
  if (limiter_.active()) return limited_read(*index, stream);
  return slots_[*index].session->streams().read(stream);
}

Result<> EndpointImpl::consume(SessionHandle handle, StreamId stream, std::size_t bytes) {
  const auto index = slots_.find(handle);
  if (!index) return stale();
  if (slots_[*index].kind != Slot::Kind::kLive) {
    return refuse(LocalCode::kNotConnected, "the handshake has not finished");
  }
  const auto consumed = limiter_.active()
                            ? limited_consume(*index, stream, bytes)
                            : slots_[*index].session->streams().consume(stream, bytes);
  touch(*index);
  return consumed;
}

Result<> EndpointImpl::set_time_to_live(SessionHandle handle, StreamId stream, Duration time) {
  return on_stream(handle, stream, [&](stream::StreamTable& streams) {
    return streams.set_time_to_live(stream, time);
  });
}

Result<StreamInfo> EndpointImpl::stream_info(SessionHandle handle, StreamId stream) const {
  if (const session::EarlyFlight* early = early_flight(handle))
    return early->streams().info(stream);
  const session::Session* session = live(handle);
  if (session == nullptr) return stale();
  auto info = session->streams().info(stream);
  if (info) info->early = session->is_early() && info->opened_by_peer;
  return info;
}

void EndpointImpl::visit_streams(SessionHandle handle,
                                 const std::function<void(const StreamInfo&)>& visit) const {
  if (const session::Session* session = live(handle)) session->streams().visit(visit);
}

}  // namespace jetstream::endpoint
