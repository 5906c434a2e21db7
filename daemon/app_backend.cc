// SPDX-License-Identifier: MIT
#include "daemon/app_backend.h"

#include <algorithm>
#include <chrono>
#include <numeric>

#include "daemon/log.h"
#include "net/clock.h"

namespace jetstream::daemon {
namespace {

struct EndpointCount {
  EndpointStats stats;
  std::uint64_t sessions = 0;
};

EndpointCount count(const Worker::Listener& listener) {
  const Endpoint& endpoint = listener.driver->endpoint();
  return {endpoint.stats(), endpoint.session_count()};
}

SessionPage page_of(const Worker::Listener& listener, std::size_t worker,
                    const SessionQuery& query) {
  const Endpoint& endpoint = listener.driver->endpoint();
  const ClockReading clocks = read_clocks();
  std::vector<SessionInfo> found;
  SessionPage page;
  endpoint.visit_sessions([&](const SessionInfo& info) {
    if (info.state != SessionState::kEstablished) return;
    ++page.table_size;
    if (!query.after || info.id > *query.after) found.push_back(info);
  });
  const auto by_id = [](const SessionInfo& a, const SessionInfo& b) { return a.id < b.id; };
  const std::size_t kept = std::min(query.limit, found.size());
  std::partial_sort(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(kept), found.end(),
                    by_id);
  page.more = kept < found.size();
  for (std::size_t i = 0; i < kept; ++i) {
    page.rows.push_back(session_row(found[i], clocks, static_cast<std::uint32_t>(worker)));
  }
  return page;
}

std::vector<control::SessionDetail> details_of(const Worker::Listener& listener, std::size_t worker,
                                               const std::vector<SessionId>& ids) {
  const Endpoint& endpoint = listener.driver->endpoint();
  const ClockReading clocks = read_clocks();
  std::vector<control::SessionDetail> details;
  for (const SessionId id : ids) {
    const auto handle = endpoint.find(id);
    if (!handle) continue;
    std::vector<StreamInfo> streams;
    endpoint.visit_streams(*handle, [&](const StreamInfo& info) { streams.push_back(info); });
    details.push_back(session_detail(endpoint.info(*handle).value(), streams, clocks,
                                     static_cast<std::uint32_t>(worker)));
  }
  return details;
}

std::vector<control::CloseRow> close_those(const Worker::Listener& listener,
                                           const CloseOrder& order) {
  Endpoint& endpoint = listener.driver->endpoint();
  std::vector<control::CloseRow> rows;
  for (const SessionId id : order.ids) {
    const auto handle = endpoint.find(id);
    if (!handle) continue;
    const SessionInfo info = endpoint.info(*handle).value();
    if (info.state > SessionState::kEstablished) {
      rows.push_back({id, control::CloseOutcome::kAlreadyClosing});
      continue;
    }
    log_event(LogEvent::kSessionClosing, {{"peer", info.path.remote.to_string()},
                                          {"session_id", id.value()},
                                          {"reason", to_string(order.reason)}});
    CloseInfo why;
    why.reason = order.reason;
    why.code = TransportCode::kAdminClose;
    why.message = order.message;
    (void)endpoint.close(listener.driver->now(), *handle, why);
    rows.push_back({id, control::CloseOutcome::kClosed});
  }
  return rows;
}

}  // namespace

ClockReading read_clocks() {
  const auto wall = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::system_clock::now().time_since_epoch());
  return {net::clock_now(), control::UnixTime(wall.count())};
}

DrainPlan drain_plan(const Config& config) {
  return {config.drain_deadline, config.drain_pace, config.drain_retry_after};
}

std::string_view AppBackend::state() const {
  if (stopping_) return "stopping";
  switch (drain_.progress().state) {
    case DrainControl::State::kDraining:
      return "draining";
    case DrainControl::State::kDrained:
      return "drained";
    case DrainControl::State::kIdle:
      break;
  }
  return "running";
}

control::DrainReport AppBackend::drain_report() const {
  const auto milliseconds = [](Duration duration) {
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
  };
  const DrainControl::Progress progress = drain_.progress();
  control::DrainReport report;
  report.state = state();
  report.sessions_at_start = progress.at_start;
  report.sessions_left = progress.left;
  report.elapsed_ms = milliseconds(progress.elapsed);
  report.deadline_ms = milliseconds(progress.deadline);
  if (progress.eta) report.eta_ms = milliseconds(*progress.eta);
  return report;
}

void AppBackend::drain_start(std::optional<std::chrono::milliseconds> deadline,
                             Done<DrainAnswer> done) {
  if (stopping_) return done({DrainOutcome::kStopping, drain_report()});
  if (drain_.progress().state != DrainControl::State::kIdle) {
    return done({DrainOutcome::kAlready, drain_report()});
  }
  DrainPlan plan = drain_plan(config_);
  if (deadline) plan.deadline = *deadline;
  plan.pace = std::min(plan.pace, plan.deadline);
  drain_.start(plan, "admin socket", [] {});
  drain_status(std::move(done));
}

void AppBackend::drain_cancel(Done<DrainAnswer> done) {
  if (stopping_) return done({DrainOutcome::kStopping, drain_report()});
  if (drain_.progress().state == DrainControl::State::kIdle) {
    return done({DrainOutcome::kAlready, drain_report()});
  }
  drain_.cancel();
  drain_status(std::move(done));
}

/// The sessions are counted anew, because a drain that has just begun has not looked yet.
void AppBackend::drain_status(Done<DrainAnswer> done) {
  workers_.collect<std::uint64_t>(
      [](const Worker::Listener& listener, std::size_t) {
        return std::uint64_t{listener.driver->endpoint().session_count()};
      },
      [this, done = std::move(done)](const std::vector<std::uint64_t>& counts) {
        DrainAnswer answer{DrainOutcome::kDone, drain_report()};
        answer.report.sessions_left =
            std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
        done(std::move(answer));
      });
}

void AppBackend::closed_sessions(std::size_t limit, Done<ClosedPage> done) {
  workers_.collect<ClosedPage>(
      [limit](const Worker::Listener& listener, std::size_t) {
        const ClosedRing& ring = listener.host->closed();
        return ClosedPage{ring.newest(limit), ring.size()};
      },
      [limit, done = std::move(done)](std::vector<ClosedPage> pages) {
        ClosedPage whole;
        std::vector<std::vector<control::ClosedRow>> parts;
        for (ClosedPage& page : pages) {
          whole.remembered += page.remembered;
          parts.push_back(std::move(page.rows));
        }
        whole.remembered = std::min(whole.remembered, control::kClosedKept);
        whole.rows = merge_closed(std::move(parts), limit);
        done(std::move(whole));
      });
}

void AppBackend::status(Done<control::StatusReport> done) {
  control::StatusReport report;
  report.state = state();
  report.started_at = facts_.started.wall;
  const auto uptime =
      std::chrono::duration_cast<std::chrono::milliseconds>(net::clock_now() - facts_.started.now);
  report.uptime_ms = static_cast<std::uint64_t>(uptime.count());
  for (const PeerAddress& address : workers_.addresses()) {
    report.listeners.push_back(address.to_string());
  }
  report.workers = workers_.size();
  report.identity = facts_.identity;
  report.config_path = facts_.config_path;
  report.config_digest = facts_.config_digest;
  report.sessions_max = config_.sessions_max;
  workers_.collect<EndpointCount>(
      [](const Worker::Listener& listener, std::size_t) { return count(listener); },
      [report = std::move(report), done = std::move(done)](std::vector<EndpointCount> counts) {
        control::StatusReport whole = report;
        EndpointStats stats;
        for (const EndpointCount& part : counts) {
          stats += part.stats;
          whole.sessions += part.sessions;
        }
        fill_counters(whole, stats);
        done(std::move(whole));
      });
}

void AppBackend::list_sessions(const SessionQuery& query, Done<SessionPage> done) {
  workers_.collect<SessionPage>(
      [query](const Worker::Listener& listener, std::size_t worker) {
        return page_of(listener, worker, query);
      },
      [limit = query.limit, done = std::move(done)](std::vector<SessionPage> pages) {
        done(merge_pages(std::move(pages), limit));
      });
}

void AppBackend::show_sessions(std::vector<SessionId> ids,
                               Done<std::vector<control::SessionDetail>> done) {
  using Details = std::vector<control::SessionDetail>;
  workers_.collect<Details>(
      [ids = std::move(ids)](const Worker::Listener& listener, std::size_t worker) {
        return details_of(listener, worker, ids);
      },
      [done = std::move(done)](std::vector<Details> parts) {
        Details all;
        for (Details& part : parts) std::move(part.begin(), part.end(), std::back_inserter(all));
        done(std::move(all));
      });
}

void AppBackend::close_sessions(CloseOrder order, Done<std::vector<control::CloseRow>> done) {
  using Rows = std::vector<control::CloseRow>;
  std::vector<SessionId> ids = order.ids;
  workers_.collect<Rows>(
      [order = std::move(order)](const Worker::Listener& listener, std::size_t) {
        return close_those(listener, order);
      },
      [ids = std::move(ids), done = std::move(done)](std::vector<Rows> parts) {
        Rows rows;
        for (const SessionId id : ids) {
          control::CloseRow row{id, control::CloseOutcome::kNotFound};
          for (const Rows& part : parts) {
            const auto found = std::find_if(part.begin(), part.end(),
                                            [id](const auto& other) { return other.id == id; });
            if (found != part.end()) row = *found;
          }
          rows.push_back(row);
        }
        done(std::move(rows));
      });
}

LogLevel AppBackend::log_level(std::optional<LogLevel> level) { return set_log_level(level); }

void AppBackend::stop(bool now, Done<StopOutcome> done) {
  done(stop_(now) ? StopOutcome::kStopping : StopOutcome::kAlready);
}

}  // namespace jetstream::daemon
