// SPDX-License-Identifier: MIT
#include "daemon/app_daemon.h"

#include "daemon/admin_rows.h"
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

}  // namespace

void AppDaemon::status(Done<control::StatusReport> done) {
  control::StatusReport report;
  report.state = state_.name();
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

void AppDaemon::stop(bool now, Done<StopOutcome> done) {
  done(stop_(now) ? StopOutcome::kStopping : StopOutcome::kAlready);
}

}  // namespace jetstream::daemon
