// SPDX-License-Identifier: MIT
//
// How a running endpoint follows another configuration. What both sides of a session have agreed on
// stays as long as the session does [HS-28]; everything else is this side's own affair and changes
// at once.
#include <algorithm>
#include <set>

#include "endpoint/config_check.h"
#include "endpoint/endpoint_impl.h"
#include "session/close.h"

namespace jetstream::endpoint {

Result<> EndpointImpl::reconfigure(Instant now, const EndpointConfig& config) {
  if (auto valid = check(config); !valid) return valid;
  if (config_.server.has_value() != config.server.has_value()) {
    return refuse(LocalCode::kInvalidArgument, "a server stays one, and so does a client");
  }
  now_ = now;
  const SessionConfig before = std::exchange(config_.session, config.session);
  promised_ = std::make_shared<const SessionConfig>(config_.session);
  message_bytes_promised_ = std::max(message_bytes_promised_, config_.session.message_bytes_max);
  config_.handshake_timeout = config.handshake_timeout;
  config_.cleanup_interval = context_.cleanup_interval = config.cleanup_interval;
  config_.memory_bytes_max = config.memory_bytes_max;
  memory_.set_bytes_max(std::max(config_.memory_bytes_max, memory_needed()));
  if (config.server) follow_server(now, *config.server);
  slots_.set_slots_max(slots_needed(config_));
  if (before.heartbeat_enabled != config_.session.heartbeat_enabled ||
      before.heartbeat_interval != config_.session.heartbeat_interval ||
      before.heartbeat_timeout_count != config_.session.heartbeat_timeout_count) {
    set_heartbeats(now);
  }
  if (limiter_.are(config.limits, config.shared_limiter, config_.session.message_bytes_max)) {
    return {};
  }
  config_.limits = config.limits;
  config_.shared_limiter = config.shared_limiter;
  return set_limits(now, config.limits, config.shared_limiter);
}

/// Sessions that were promised larger messages than are taken now can still send them [LIM-7].
std::size_t EndpointImpl::memory_needed() const {
  return message_bytes_promised_ * EndpointConfig::kMemoryMessagesMin;
}

void EndpointImpl::follow_server(Instant now, const ServerConfig& server) {
  ServerConfig& own = *config_.server;
  own.sessions_max = server.sessions_max;
  own.half_open_max = server.half_open_max;
  own.sessions_max_per_source = server.sessions_max_per_source;
  own.retry = server.retry;
  own.handshake_rate_per_source = server.handshake_rate_per_source;
  own.handshake_burst_per_source = server.handshake_burst_per_source;
  own.exempt = server.exempt;
  own.resumption = server.resumption;
  half_open_->configure(own.half_open_max, config_.handshake_timeout);
  gate_->configure(now, own);
  if (own.resumption.enabled) prepare_resumption();
  if (own.client_auth == server.client_auth &&
      own.authorized_clients == server.authorized_clients) {
    return;
  }
  own.client_auth = server.client_auth;
  own.authorized_clients = server.authorized_clients;
  if (own.client_auth == ClientAuth::kRequired) close_unwelcome(now);
}

/// [HS-29]
void EndpointImpl::close_unwelcome(Instant now) {
  const auto& clients = config_.server->authorized_clients;
  const std::set<PublicKey> welcome(clients.begin(), clients.end());
  for (std::uint32_t i = 0; i < slots_.size(); ++i) {
    Slot& slot = slots_[i];
    if (slot.kind != Slot::Kind::kLive) continue;
    const auto client = slot.session->peer_identity();
    if (client && welcome.contains(*client)) continue;
    slot.session->close(
        now, session::local_close(client ? session::kIdentityRefused : session::kIdentityRequired));
    touch(i);
  }
}

void EndpointImpl::set_heartbeats(Instant now) {
  for (std::uint32_t i = 0; i < slots_.size(); ++i) {
    if (slots_[i].kind != Slot::Kind::kLive) continue;
    slots_[i].session->set_heartbeat(now, config_.session);
    touch(i);
  }
}

}  // namespace jetstream::endpoint
