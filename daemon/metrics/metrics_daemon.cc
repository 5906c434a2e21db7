// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>

#include "daemon/metrics/metrics_families.h"

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

SeriesList commands_series(const Snapshot& snapshot) {
  SeriesList series;
  for (const control::CommandSpec& spec : control::command_table()) {
    const std::string name(spec.name);
    series.push_back({name + ",ok", as_double(snapshot.admin_commands.successes(spec.id))});
    series.push_back({name + ",error", as_double(snapshot.admin_commands.errors(spec.id))});
  }
  return series;
}

SeriesList bans_series(const Snapshot& snapshot) {
  SeriesList series;
  for (std::size_t i = 0; i < kBanOriginCount; ++i) {
    series.push_back(
        {std::string(to_string(static_cast<BanOrigin>(i))), as_double(snapshot.bans[i])});
  }
  return series;
}

SeriesList evidence_series(const Snapshot& snapshot) {
  return single(as_double(snapshot.ban_evidence));
}

SeriesList bans_refused_series(const Snapshot& snapshot) {
  return single(as_double(snapshot.bans_refused));
}

SeriesList reload_success_series(const Snapshot& snapshot) {
  const ReloadFigures& reloads = snapshot.reloads;
  return single(reloads.last_error.empty() && reloads.not_taken_back.empty() ? 1 : 0);
}

SeriesList reload_time_series(const Snapshot& snapshot) {
  const auto at = snapshot.reloads.last_done_at;
  return single(at ? static_cast<double>(at->value()) / 1000 : 0);
}

SeriesList reloads_series(const Snapshot& snapshot) {
  return {{"done", as_double(snapshot.reloads.done)},
          {"failed", as_double(snapshot.reloads.failed)},
          {"refused", as_double(snapshot.reloads.refused)}};
}

SeriesList restart_series(const Snapshot& snapshot) {
  return single(as_double(snapshot.restart_required.size()));
}

SeriesList lines_lost_series(const Snapshot& snapshot) {
  return single(as_double(snapshot.log_lines_lost));
}

constexpr std::array kDaemonMetrics = {
    gauge("jetstreamd_build_info", "version", "Always 1.", build_info_series),
    gauge("jetstreamd_config_info", "digest",
          "Always 1; the SHA-256 of the configuration file, with that of authorized clients behind "
          "it if there is one.",
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
    counter("jetstreamd_admin_commands_total", "command,result",
            "Answers of the admin socket, by command and whether they are errors.",
            commands_series),
    gauge("jetstreamd_bans", "origin", "Bans that are in force, by who made them.", bans_series),
    counter("jetstreamd_dynamic_ban_evidence_total", "",
            "What clients with a proven address did that counts for bans by the daemon itself.",
            evidence_series),
    counter("jetstreamd_dynamic_bans_refused_total", "",
            "Bans by the daemon itself that were not made because 100,000 are there already.",
            bans_refused_series),
    gauge("jetstreamd_config_last_reload_successful", "",
          "1 if the last change of the configuration went well, or there was none.",
          reload_success_series),
    gauge("jetstreamd_config_last_reload_success_timestamp_seconds", "",
          "When the configuration that runs was taken, since 1970.", reload_time_series),
    counter("jetstreamd_config_reloads_total", "result", "Changes of the configuration.",
            reloads_series),
    gauge("jetstreamd_config_restart_required", "",
          "Keys whose change in the file waits for a restart.", restart_series),
    counter("jetstreamd_log_lines_lost_total", "",
            "Log lines that came faster than they could be written, or could not be written.",
            lines_lost_series),
};

}  // namespace

std::span<const MetricSpec> daemon_metrics() { return kDaemonMetrics; }

}  // namespace jetstream::daemon
