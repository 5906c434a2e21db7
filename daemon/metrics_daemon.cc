// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>

#include "daemon/metrics_families.h"

namespace jetstream::daemon {
namespace {

SeriesList states_series(const Snapshot& snapshot) {
  SeriesList series;
  for (const char* state : {"running", "draining", "drained", "stopping"}) {
    series.push_back({state, snapshot.state == state ? 1.0 : 0.0});
  }
  return series;
}

SeriesList loop_lags_series(const Snapshot& snapshot) {
  SeriesList series;
  for (std::size_t i = 0; i < snapshot.loop_lag.size(); ++i) {
    series.push_back(
        {std::to_string(i), std::chrono::duration<double>(snapshot.loop_lag[i]).count()});
  }
  return series;
}

SeriesList problems_series(const Snapshot& snapshot) {
  SeriesList series;
  for (const HealthSpec& spec : health_table()) {
    const bool found =
        std::any_of(snapshot.findings.begin(), snapshot.findings.end(),
                    [&spec](const HealthFinding& finding) { return finding.code == spec.code; });
    series.push_back({std::string(spec.name), found ? 1.0 : 0.0});
  }
  return series;
}

SeriesList build_info_series(const Snapshot& snapshot) { return {{snapshot.version, 1}}; }

SeriesList config_info_series(const Snapshot& snapshot) { return {{snapshot.config_digest, 1}}; }

SeriesList start_time_series(const Snapshot& snapshot) { return single(snapshot.started_at); }

SeriesList ready_series(const Snapshot& snapshot) {
  return single(is_ready(snapshot.findings) ? 1 : 0);
}

SeriesList connections_series(const Snapshot& snapshot) {
  return single(as_double(snapshot.admin_connections));
}

SeriesList lines_lost_series(const Snapshot& snapshot) {
  return single(as_double(snapshot.log_lines_lost));
}

constexpr std::array kDaemonMetrics = {
    gauge("jetstreamd_build_info", "version", "Always 1.", build_info_series),
    gauge("jetstreamd_config_info", "digest", "Always 1; the SHA-256 of the configuration file.",
          config_info_series),
    gauge("jetstreamd_start_time_seconds", "", "When the daemon started, since 1970.",
          start_time_series),
    gauge("jetstreamd_state", "state", "1 for the state it is in, 0 for the others.",
          states_series),
    gauge("jetstreamd_ready", "", "1 if new clients are welcome, as /readyz says.", ready_series),
    gauge("jetstreamd_health_problem", "code",
          "1 while the problem is there; docs/HEALTH.md says what to do.", problems_series),
    gauge("jetstreamd_loop_lag_seconds", "worker",
          "How much later than due the last timer of the worker's loop came.", loop_lags_series),
    gauge("jetstreamd_admin_connections", "", "Connections to the admin socket.",
          connections_series),
    counter("jetstreamd_log_lines_lost_total", "",
            "Log lines that came faster than they could be written.", lines_lost_series),
};

}  // namespace

std::span<const MetricSpec> daemon_metrics() { return kDaemonMetrics; }

}  // namespace jetstream::daemon
