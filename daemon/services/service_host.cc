// SPDX-License-Identifier: MIT
#include "daemon/services/service_host.h"

#include "daemon/access/dynamic_bans.h"
#include "daemon/log/log.h"
#include "daemon/sessions/close_cause.h"

namespace jetstream::daemon {
namespace {

control::UnixTime wall_clock() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return control::UnixTime(std::chrono::duration_cast<std::chrono::milliseconds>(since).count());
}

bool expired(const CloseInfo& why) {
  return !why.by_peer &&
         (why.code == TransportCode::kIdleTimeout || why.code == TransportCode::kHeartbeatTimeout);
}

/// As it was asked to by a drain, or closed by a stop.
bool left(const SessionInfo& info, const CloseInfo& why) {
  if (!why.by_peer) return why.code == TransportCode::kGoingAway;
  return info.going_away &&
         (why.reason == CloseReason::kNormal || why.reason == CloseReason::kGoingAway);
}

}  // namespace

ServiceHost::Turn ServiceHost::take_events(Instant now) {
  const std::uint64_t expired_before = figures_.cleanup_lags.count();
  pump_again();
  while (const auto event = endpoint_.poll_event()) on_event(now, *event);
  closers_.clear();  // whoever was closed before this turn has been told of
  return {!more_.empty(), figures_.cleanup_lags.count() != expired_before};
}

void ServiceHost::pump_again() {
  for (const auto& [session, stream] : std::exchange(more_, {})) pump(session, stream);
}

void ServiceHost::on_event(Instant now, const Event& event) {
  switch (event.kind) {
    case EventKind::kAccepted:
      return on_accepted(now, event.session);
    case EventKind::kStreamOpened:
      return on_stream_opened(now, event);
    case EventKind::kReadable:
    case EventKind::kWritable:
      return pump(event.session, event.stream);
    case EventKind::kStreamReset:
      leave_trail(now, event.session, TrailEvent::kStreamReset, event.stream.value());
      // Half an echo is of no use to anybody.
      (void)endpoint_.reset(event.session, event.stream, event.code);
      return;
    case EventKind::kStreamStopped:
      leave_trail(now, event.session, TrailEvent::kStreamStopped, event.stream.value());
      (void)endpoint_.stop_sending(event.session, event.stream, event.code);
      return;
    case EventKind::kStreamClosed:
      leave_trail(now, event.session, TrailEvent::kStreamClosed, event.stream.value());
      return on_stream_closed(event);
    case EventKind::kPathChanged:
      return on_path_changed(now, event.session);
    case EventKind::kClosed:
      return on_closed(now, event.session);
    case EventKind::kClientRefused:
      return on_client_refused(event);
    case EventKind::kHeartbeatSent:
      if (log_enabled(LogEvent::kHeartbeatSent)) {
        if (const auto info = endpoint_.info(event.session)) {
          log_event(LogEvent::kHeartbeatSent, {{"peer", info->path.remote.to_string()},
                                               {"session_id", info->id.value()},
                                               {"seq", event.code}});
        }
      }
      return;
    case EventKind::kKeysUpdated:
      return on_keys_updated(event);
    case EventKind::kRateLimited:
      return on_rate_limited(now, event);
    case EventKind::kTicket:
    case EventKind::kEarlyRejected:
    case EventKind::kConnected:
    case EventKind::kStreamsAvailable:
    case EventKind::kGoAway:
      return;  // a daemon opens neither sessions nor streams, and lets clients finish theirs
  }
}

void ServiceHost::on_accepted(Instant now, SessionHandle session) {
  const auto info = endpoint_.info(session);
  if (!info) return;
  trails_.begin(session, info->created_at).add(now, TrailEvent::kOpened);
  figures_.handshakes.add(now - info->created_at);
  figures_.sources.add(info->path.remote);
  const std::string peer = info->path.remote.to_string();
  log_event(LogEvent::kConnectionEstablished, {{"peer", peer}});
  log_event(LogEvent::kHandshakeCompleted, {{"peer", peer}, {"session_id", info->id.value()}});
}

void ServiceHost::on_client_refused(const Event& event) {
  const auto code = static_cast<TransportCode>(event.code);
  const auto info = endpoint_.info(event.session);
  if (!info) return;
  if (report_ && is_failed_authentication(code)) report_(info->path.remote);
  if (!log_enabled(LogEvent::kClientRefused)) return;
  log_event(LogEvent::kClientRefused,
            {{"peer", info->path.remote.to_string()}, {"code", to_string(code)}});
}

void ServiceHost::on_stream_opened(Instant now, const Event& event) {
  const auto stream = endpoint_.stream_info(event.session, event.stream);
  if (!stream) return;
  const auto service = services_.find(stream->options.service);
  const bool known = service != services_.end();
  leave_trail(now, event.session, known ? TrailEvent::kStreamOpened : TrailEvent::kStreamRefused,
              event.stream.value());
  if (const auto logged = known ? LogEvent::kStreamOpened : LogEvent::kStreamRefused;
      log_enabled(logged)) {
    const auto info = endpoint_.info(event.session);
    log_event(logged, {{"peer", info->path.remote.to_string()},
                       {"session_id", info->id.value()},
                       {"stream_id", event.stream.value()},
                       {"service", stream->options.service}});
  }
  if (!known) {
    (void)endpoint_.reset(event.session, event.stream, stream_error::kUnknownService);
    (void)endpoint_.stop_sending(event.session, event.stream, stream_error::kUnknownService);
    return;
  }
  sessions_[key_of(event.session)][event.stream] =
      make_handler(service->second.type, stream->options.framing);
}

void ServiceHost::on_stream_closed(const Event& event) {
  const auto streams = sessions_.find(key_of(event.session));
  if (streams == sessions_.end()) return;
  streams->second.erase(event.stream);
  if (streams->second.empty()) sessions_.erase(streams);
}

void ServiceHost::pump(SessionHandle session, StreamId stream) {
  const auto streams = sessions_.find(key_of(session));
  if (streams == sessions_.end()) return;
  const auto handler = streams->second.find(stream);
  if (handler == streams->second.end()) return;
  const std::uint64_t before = handler->second->bytes_sent();
  if (handler->second->pump({endpoint_, session, stream}) == Pumped::kMore) {
    more_.emplace_back(session, stream);
  }
  const std::uint64_t sent = handler->second->bytes_sent() - before;
  if (sent == 0 || !log_enabled(LogEvent::kStreamDataSent)) return;
  if (const auto info = endpoint_.info(session)) {
    log_event(LogEvent::kStreamDataSent, {{"peer", info->path.remote.to_string()},
                                          {"session_id", info->id.value()},
                                          {"stream_id", stream.value()},
                                          {"bytes", sent}});
  }
}

void ServiceHost::leave_trail(Instant now, SessionHandle session, TrailEvent event,
                              std::uint64_t detail) {
  if (Trail* const trail = trails_.find(session)) trail->add(now, event, detail);
}

void ServiceHost::on_path_changed(Instant now, SessionHandle session) {
  leave_trail(now, session, TrailEvent::kMoved, 0);
  ++figures_.migrations;
  const auto info = endpoint_.info(session);
  if (!info) return;
  log_event(LogEvent::kSessionMigrated,
            {{"peer", info->path.remote.to_string()}, {"session_id", info->id.value()}});
}

void ServiceHost::on_keys_updated(const Event& event) {
  if (!log_enabled(LogEvent::kSessionKeysUpdated)) return;
  const auto info = endpoint_.info(event.session);
  if (!info) return;
  log_event(LogEvent::kSessionKeysUpdated, {{"peer", info->path.remote.to_string()},
                                            {"session_id", info->id.value()},
                                            {"updates", event.code}});
}

void ServiceHost::on_rate_limited(Instant now, const Event& event) {
  leave_trail(now, event.session, TrailEvent::kLimited, event.code);
  if (!log_enabled(LogEvent::kRateLimitExceeded)) return;
  const auto info = endpoint_.info(event.session);
  if (!info) return;
  const auto suppressed = limit_notes_.take(now, key_of(event.session), info->times_limited);
  if (!suppressed) return;
  log_event(LogEvent::kRateLimitExceeded, {{"peer", info->path.remote.to_string()},
                                           {"session_id", info->id.value()},
                                           {"stream_id", event.stream.value()},
                                           {"limit", to_string(static_cast<RateLimit>(event.code))},
                                           {"suppressed", *suppressed}});
}

void ServiceHost::on_closed(Instant now, SessionHandle session) {
  sessions_.erase(key_of(session));
  limit_notes_.forget(key_of(session));
  const auto info = endpoint_.info(session);
  const CloseInfo* why = endpoint_.close_info(session);
  if (!info || why == nullptr) return;
  if (report_ && is_abuse(*why)) report_(info->proven);
  const std::string peer = info->path.remote.to_string();
  std::optional<uid_t> admin;
  bool one_of_many = many_leave_ && left(*info, *why);
  if (const auto closer = closers_.extract(key_of(session))) {
    admin = closer.mapped().uid;
    one_of_many = closer.mapped().closes_many;
  }
  const std::string cause = close_cause(*why, admin);
  leave_trail(now, session, TrailEvent::kClosed, 0);
  closed_.add(ClosedSession(*info, *why, cause, now, wall_clock(), trails_.take(session)));
  figures_.durations.add(now - info->created_at);
  if (why->code == TransportCode::kIdleTimeout && !why->by_peer) {
    figures_.cleanup_lags.add(now - (info->last_activity + info->timeout));
  }
  if (expired(*why)) {
    log_event(LogEvent::kSessionExpired, {{"peer", peer}, {"session_id", info->id.value()}});
  }
  const auto log = one_of_many ? log_one_of_many : log_event;
  log(LogEvent::kSessionClosed, {{"peer", peer},
                                 {"session_id", info->id.value()},
                                 {"reason", to_string(why->reason)},
                                 {"code", to_string(why->code)},
                                 {"by", why->by_peer ? "peer" : "local"},
                                 {"cause", cause},
                                 {"message", why->message}});
}

}  // namespace jetstream::daemon
