// SPDX-License-Identifier: MIT
//
// The words for every public enumerator, as they stand in logs, the admin protocol and metrics.
#include "jetstream/endpoint.h"

namespace jetstream {

std::string_view to_string(Role role) { return role == Role::kClient ? "client" : "server"; }

std::string_view to_string(CipherSuite suite) {
  return suite == CipherSuite::kAes256Gcm ? "aes-256-gcm" : "chacha20-poly1305";
}

std::string_view to_string(Framing framing) {
  return framing == Framing::kBytes ? "bytes" : "messages";
}

std::string_view to_string(Delivery delivery) {
  switch (delivery) {
    case Delivery::kReliable:
      return "reliable";
    case Delivery::kUnordered:
      return "unordered";
    case Delivery::kExpiring:
      return "expiring";
    case Delivery::kBestEffort:
      return "best-effort";
  }
  return "unknown";
}

std::string_view to_string(CloseReason reason) {
  switch (reason) {
    case CloseReason::kNormal:
      return "normal";
    case CloseReason::kGoingAway:
      return "going_away";
    case CloseReason::kProtocolError:
      return "protocol_error";
    case CloseReason::kTimeout:
      return "timeout";
    case CloseReason::kRateLimitExceeded:
      return "rate_limit_exceeded";
    case CloseReason::kInternalError:
      return "internal_error";
  }
  return "unknown";
}

std::string_view to_string(TransportCode code) {
  switch (code) {
    case TransportCode::kNoError:
      return "no_error";
    case TransportCode::kInternalError:
      return "internal_error";
    case TransportCode::kFlowControlError:
      return "flow_control_error";
    case TransportCode::kStreamLimitError:
      return "stream_limit_error";
    case TransportCode::kStreamStateError:
      return "stream_state_error";
    case TransportCode::kFinalSizeError:
      return "final_size_error";
    case TransportCode::kFrameEncodingError:
      return "frame_encoding_error";
    case TransportCode::kParameterError:
      return "parameter_error";
    case TransportCode::kConnectionIdLimitError:
      return "connection_id_limit_error";
    case TransportCode::kProtocolViolation:
      return "protocol_violation";
    case TransportCode::kApplicationError:
      return "application_error";
    case TransportCode::kKeyUpdateError:
      return "key_update_error";
    case TransportCode::kAeadLimitReached:
      return "aead_limit_reached";
    case TransportCode::kIdleTimeout:
      return "idle_timeout";
    case TransportCode::kHeartbeatTimeout:
      return "heartbeat_timeout";
    case TransportCode::kGoingAway:
      return "going_away";
    case TransportCode::kExcessiveLoad:
      return "excessive_load";
    case TransportCode::kRateLimited:
      return "rate_limited";
    case TransportCode::kHandshakeFailed:
      return "handshake_failed";
    case TransportCode::kClientIdentityRequired:
      return "client_identity_required";
    case TransportCode::kClientIdentityRefused:
      return "client_identity_refused";
    case TransportCode::kServerFull:
      return "server_full";
    case TransportCode::kAdminClose:
      return "admin_close";
  }
  return "unknown";
}

std::string_view to_string(LocalCode code) {
  switch (code) {
    case LocalCode::kInvalidArgument:
      return "invalid_argument";
    case LocalCode::kNoTrust:
      return "no_trust";
    case LocalCode::kUntrustedIdentity:
      return "untrusted_identity";
    case LocalCode::kUnknownSession:
      return "unknown_session";
    case LocalCode::kUnknownStream:
      return "unknown_stream";
    case LocalCode::kStreamLimit:
      return "stream_limit";
    case LocalCode::kMessageTooLarge:
      return "message_too_large";
    case LocalCode::kWouldBlock:
      return "would_block";
    case LocalCode::kNotConnected:
      return "not_connected";
    case LocalCode::kClosing:
      return "closing";
    case LocalCode::kTableFull:
      return "table_full";
    case LocalCode::kHandshakeTimeout:
      return "handshake_timeout";
    case LocalCode::kDeliveryUnknown:
      return "delivery_unknown";
    case LocalCode::kReset:
      return "reset";
    case LocalCode::kSystem:
      return "system";
    case LocalCode::kGoingAway:
      return "going_away";
    case LocalCode::kEarlyRejected:
      return "early_rejected";
    case LocalCode::kBadKey:
      return "bad_key";
  }
  return "unknown";
}

std::string_view to_string(EventKind kind) {
  switch (kind) {
    case EventKind::kConnected:
      return "connected";
    case EventKind::kAccepted:
      return "accepted";
    case EventKind::kStreamOpened:
      return "stream_opened";
    case EventKind::kReadable:
      return "readable";
    case EventKind::kWritable:
      return "writable";
    case EventKind::kStreamReset:
      return "stream_reset";
    case EventKind::kStreamStopped:
      return "stream_stopped";
    case EventKind::kStreamClosed:
      return "stream_closed";
    case EventKind::kStreamsAvailable:
      return "streams_available";
    case EventKind::kHeartbeatSent:
      return "heartbeat_sent";
    case EventKind::kPathChanged:
      return "path_changed";
    case EventKind::kKeysUpdated:
      return "keys_updated";
    case EventKind::kClosed:
      return "closed";
    case EventKind::kGoAway:
      return "go_away";
    case EventKind::kRateLimited:
      return "rate_limited";
    case EventKind::kTicket:
      return "ticket";
    case EventKind::kEarlyRejected:
      return "early_rejected";
    case EventKind::kClientRefused:
      return "client_refused";
  }
  return "unknown";
}

std::string_view to_string(StreamState state) {
  switch (state) {
    case StreamState::kOpening:
      return "opening";
    case StreamState::kOpen:
      return "open";
    case StreamState::kClosing:
      return "closing";
    case StreamState::kClosed:
      return "closed";
  }
  return "unknown";
}

std::string_view to_string(SessionState state) {
  switch (state) {
    case SessionState::kHandshaking:
      return "handshaking";
    case SessionState::kEstablished:
      return "established";
    case SessionState::kClosing:
      return "closing";
    case SessionState::kDraining:
      return "draining";
  }
  return "unknown";
}

std::string_view to_string(RateLimit limit) {
  switch (limit) {
    case RateLimit::kSessionMessagesReceived:
      return "session_messages_received";
    case RateLimit::kSessionBytesReceived:
      return "session_bytes_received";
    case RateLimit::kSessionMessagesSent:
      return "session_messages_sent";
    case RateLimit::kSessionBytesSent:
      return "session_bytes_sent";
    case RateLimit::kGlobalMessagesReceived:
      return "global_messages_received";
    case RateLimit::kGlobalBytesReceived:
      return "global_bytes_received";
    case RateLimit::kGlobalMessagesSent:
      return "global_messages_sent";
    case RateLimit::kGlobalBytesSent:
      return "global_bytes_sent";
  }
  return "unknown";
}

std::string_view to_string(LimitMode mode) {
  return mode == LimitMode::kEnforce ? "enforce" : "observe";
}

std::string_view to_string(DropReason reason) {
  switch (reason) {
    case DropReason::kTooShort:
      return "too_short";
    case DropReason::kMalformed:
      return "malformed";
    case DropReason::kUnknownVersion:
      return "unknown_version";
    case DropReason::kUnknownConnection:
      return "unknown_connection";
    case DropReason::kAuthentication:
      return "authentication";
    case DropReason::kDuplicate:
      return "duplicate";
    case DropReason::kUnexpected:
      return "unexpected";
    case DropReason::kHelloTooSmall:
      return "hello_too_small";
    case DropReason::kHelloRefused:
      return "hello_refused";
    case DropReason::kBlockedPort:
      return "blocked_port";
    case DropReason::kHalfOpenFull:
      return "half_open_full";
    case DropReason::kAmplification:
      return "amplification";
    case DropReason::kMemory:
      return "memory";
    case DropReason::kNotServer:
      return "not_server";
    case DropReason::kReplyBudget:
      return "reply_budget";
    case DropReason::kDenied:
      return "denied";
    case DropReason::kBanned:
      return "banned";
  }
  return "unknown";
}

std::string_view to_string(HelloFate fate) {
  switch (fate) {
    case HelloFate::kAccepted:
      return "accepted";
    case HelloFate::kRetry:
      return "retry";
    case HelloFate::kDenied:
      return "denied";
    case HelloFate::kBanned:
      return "banned";
    case HelloFate::kBlockedPort:
      return "blocked_port";
    case HelloFate::kHalfOpenFull:
      return "half_open_full";
    case HelloFate::kSourceRate:
      return "source_rate";
    case HelloFate::kSourceFull:
      return "source_full";
    case HelloFate::kServerFull:
      return "server_full";
    case HelloFate::kNoNewSessions:
      return "no_new_sessions";
  }
  return "unknown";
}

std::string_view to_string(Admission what) {
  switch (what) {
    case Admission::kRetrySent:
      return "retry_sent";
    case Admission::kCookieAccepted:
      return "cookie_accepted";
    case Admission::kCookieExpired:
      return "cookie_expired";
    case Admission::kCookieInvalid:
      return "cookie_invalid";
    case Admission::kCookieReused:
      return "cookie_reused";
    case Admission::kTokenAccepted:
      return "token_accepted";
    case Admission::kTokenExpired:
      return "token_expired";
    case Admission::kTokenInvalid:
      return "token_invalid";
    case Admission::kServerFull:
      return "server_full";
    case Admission::kSourceFull:
      return "source_full";
    case Admission::kSourceRate:
      return "source_rate";
    case Admission::kNoNewSessions:
      return "no_new_sessions";
    case Admission::kIdentityMissing:
      return "identity_missing";
    case Admission::kIdentityRefused:
      return "identity_refused";
  }
  return "unknown";
}

std::string_view to_string(EarlyRefusal reason) {
  switch (reason) {
    case EarlyRefusal::kDisabled:
      return "disabled";
    case EarlyRefusal::kSuite:
      return "suite";
    case EarlyRefusal::kPolicy:
      return "policy";
    case EarlyRefusal::kStale:
      return "stale";
    case EarlyRefusal::kReplay:
      return "replay";
    case EarlyRefusal::kFull:
      return "full";
  }
  return "unknown";
}

EndpointStats& EndpointStats::operator+=(const EndpointStats& other) {
  datagrams_received += other.datagrams_received;
  bytes_received += other.bytes_received;
  datagrams_sent += other.datagrams_sent;
  bytes_sent += other.bytes_sent;
  packets_received += other.packets_received;
  packets_sent += other.packets_sent;
  packets_lost += other.packets_lost;
  handshakes_started += other.handshakes_started;
  handshakes_completed += other.handshakes_completed;
  handshakes_failed += other.handshakes_failed;
  sessions_opened += other.sessions_opened;
  sessions_expired += other.sessions_expired;
  sessions_denied += other.sessions_denied;
  sessions_banned += other.sessions_banned;
  resets_sent += other.resets_sent;
  resets_received += other.resets_received;
  memory_held += other.memory_held;
  memory_held_max += other.memory_held_max;
  memory_budget += other.memory_budget;
  for (std::size_t i = 0; i < sessions_closed.size(); ++i)
    sessions_closed[i] += other.sessions_closed[i];
  for (std::size_t i = 0; i < drops.size(); ++i) drops[i] += other.drops[i];
  for (std::size_t i = 0; i < admission.size(); ++i) admission[i] += other.admission[i];
  for (std::size_t i = 0; i < kRateLimitCount; ++i) {
    rate_limit_waits[i] += other.rate_limit_waits[i];
    rate_limit_observed[i] += other.rate_limit_observed[i];
    rate_limit_drops[i] += other.rate_limit_drops[i];
    rate_limit_passed[i] += other.rate_limit_passed[i];
  }
  tickets_issued += other.tickets_issued;
  handshakes_resumed += other.handshakes_resumed;
  early_accepted += other.early_accepted;
  for (std::size_t i = 0; i < early_refused.size(); ++i) early_refused[i] += other.early_refused[i];
  return *this;
}

}  // namespace jetstream
