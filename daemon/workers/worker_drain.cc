// SPDX-License-Identifier: MIT
//
// How a worker lets go of its sessions.
#include <algorithm>

#include "daemon/admin/session_admin.h"
#include "daemon/log/log.h"
#include "daemon/workers/worker.h"

namespace jetstream::daemon {
namespace {

constexpr std::string_view kFarewell = "the server is shutting down";
/// How many before packets have their turn again: each costs about as much as sending a packet, so
/// that nobody waits for much longer than a millisecond.
constexpr std::size_t kAskedAtOnce = 256;

CloseInfo farewell(const DrainPlan& plan) {
  CloseInfo info;
  info.reason = CloseReason::kGoingAway;
  info.code = TransportCode::kGoingAway;
  info.message = kFarewell;
  info.retry_after = plan.retry_after;
  info.alternate = plan.alternate;
  return info;
}

/// `time` and up to half of it more, evenly over the sessions: slots count up from 0, so a multiple
/// of the golden ratio's fraction of 2^32 spreads them (Knuth, The Art of Computer
/// Programming 6.4).
Duration spread(Duration time, std::uint32_t slot) {
  const std::uint32_t place = slot * 2654435769u;
  return time + Duration(time.count() / 2 / 65536 * (place >> 16));
}

}  // namespace

void Worker::note_farewell(std::size_t sessions) {
  many_leave_ = sessions > CloseOrder::kToldOneByOne;
  for (const auto& listener : listeners_) listener->host->note_farewell(many_leave_);
}

void Worker::log_closing(const Endpoint& endpoint, SessionHandle session) const {
  const auto info = endpoint.info(session);
  if (!info || info->state != SessionState::kEstablished) return;
  (many_leave_ ? log_one_of_many : log_event)(LogEvent::kSessionClosing,
                                              {{"peer", info->path.remote.to_string()},
                                               {"session_id", info->id.value()},
                                               {"reason", to_string(CloseReason::kGoingAway)}});
}

void Worker::begin_drain(const DrainPlan& plan) {
  plan_ = plan;
  waiting_.clear();
  std::size_t sessions = 0;  // what strangers have begun changes neither pace nor log
  for (const auto& listener : listeners_) {
    Endpoint& endpoint = listener->driver->endpoint();
    endpoint.refuse_sessions(farewell(plan));
    drain_ends_at_ = listener->driver->now() + plan.deadline;
    sessions += endpoint.session_count();
    waiting_.push_back({listener->driver.get(), SessionId(0)});
  }
  note_farewell(sessions);
  waiting_steps_ = drain_steps(sessions, plan.pace, plan.hurried);
  step_left_ = waiting_steps_.sessions;
  drain_some();
}

void Worker::drain_some() {
  if (waiting_.empty()) return;
  Waiting& next = waiting_.back();
  UdpDriver& driver = *next.driver;
  std::vector<SessionHandle> handles;
  const auto rest = driver.endpoint().visit_sessions(
      next.from, std::min(step_left_, kAskedAtOnce),
      [&](const SessionInfo& info) { handles.push_back(info.handle); });
  for (const SessionHandle session : handles) drain_one(driver, session);
  step_left_ -= std::min(step_left_, handles.size());
  if (rest) {
    next.from = *rest;
  } else {
    waiting_.pop_back();
  }
  driver.wake();
  if (step_left_ > 0) return asio::post(io_, [this] { drain_some(); });
  drain_timer_.expires_after(waiting_steps_.pause);
  drain_timer_.async_wait([this](std::error_code error) {
    if (error) return;
    step_left_ = waiting_steps_.sessions;
    drain_some();
  });
}

void Worker::drain_one(UdpDriver& driver, SessionHandle session) {
  const Instant now = driver.now();
  DrainOptions options;
  options.deadline = std::max(drain_ends_at_ - now, Duration::zero());
  options.message = kFarewell;
  options.retry_after = spread(plan_.retry_after, session.slot);
  options.alternate = plan_.alternate;
  log_closing(driver.endpoint(), session);
  // One that has ended meanwhile needs no more.
  (void)driver.endpoint().drain(now, session, options);
}

void Worker::cancel_drain() {
  waiting_.clear();
  drain_timer_.cancel();
  for (const auto& listener : listeners_) {
    listener->driver->endpoint().refuse_sessions(std::nullopt);
  }
}

void Worker::close_all() {
  waiting_.clear();
  std::size_t sessions = 0;
  for (const auto& listener : listeners_) {
    sessions += listener->driver->endpoint().session_count();
  }
  note_farewell(sessions);
  for (const auto& listener : listeners_) {
    Endpoint& endpoint = listener->driver->endpoint();
    endpoint.refuse_sessions(farewell(plan_));
    std::vector<SessionHandle> handles;
    endpoint.visit_sessions([&](const SessionInfo& info) { handles.push_back(info.handle); });
    for (const SessionHandle session : handles) {
      log_closing(endpoint, session);
      (void)endpoint.close(listener->driver->now(), session, farewell(plan_));
    }
  }
}

}  // namespace jetstream::daemon
