// SPDX-License-Identifier: MIT
#include "daemon/app/app_daemon.h"

#include "daemon/admin/admin_rows.h"
#include "daemon/log/log_events.h"
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
  for (const HealthFinding& finding : health_.snapshot()->findings) {
    const HealthSpec& spec = spec_of(finding.code);
    report.problems.push_back(std::string(to_string(spec.severity)) + " " + std::string(spec.name) +
                              ": " + finding.detail);
  }
  report.started_at = facts_.started.wall;
  const auto uptime =
      std::chrono::duration_cast<std::chrono::milliseconds>(net::clock_now() - facts_.started.now);
  report.uptime_ms = static_cast<std::uint64_t>(uptime.count());
  for (const PeerAddress& address : workers_.addresses()) {
    report.listeners.push_back(address.to_string());
  }
  report.workers = workers_.size();
  report.identity = facts_.identity;
  fill_config(report);
  report.log_level = to_string(log_.configured_log_level());
  report.log_overrides = log_.log_overrides();
  for (std::size_t i = 0; i < kBanOriginCount; ++i) {
    const auto origin = static_cast<BanOrigin>(i);
    report.bans.emplace_back(to_string(origin), access_.book().count(origin));
  }
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

void AppDaemon::fill_config(control::StatusReport& report) const {
  report.config_path = configs_.file().string();
  report.config_digest = configs_.running().digest;
  report.sessions_max = configs_.running().sessions_max;
  for (const ConfigChange& change : configs_.restart_required()) {
    report.restart_required.push_back(change.key);
  }
  if (const auto left = reload_.confirm_left()) {
    report.confirm_left_ms = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(*left).count());
  }
  const auto& last = reload_.last();
  if (!last) return;
  const auto at =
      std::chrono::duration_cast<std::chrono::milliseconds>(last->at.time_since_epoch());
  report.last_reload = control::LastReloadReport{control::UnixTime(at.count()), last->cause,
                                                 last->done, std::nullopt};
  if (!last->done) report.last_reload->error = last->error;
}

void AppDaemon::stop(bool now, Done<StopOutcome> done) {
  done(stop_(now) ? StopOutcome::kStopping : StopOutcome::kAlready);
}

}  // namespace jetstream::daemon
