// SPDX-License-Identifier: MIT
//
// The table of metrics. Families whose series have labels list every value that a label can have,
// so that each series is there from the start.
#include "daemon/metrics_table.h"

#include <algorithm>
#include <array>
#include <map>

#include "jetstream/error.h"

namespace jetstream::daemon {
namespace {

using Series = std::vector<MetricSeries>;
using T = MetricType;

double as_double(std::uint64_t value) { return static_cast<double>(value); }
double in_seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }
Series single(double value) { return {{{}, value}}; }

template <auto Member>
Series stat(const Snapshot& snapshot) {
  return single(as_double(snapshot.total().*Member));
}

/// An array of counters whose index is an enumerator with a name.
template <class Enum, auto Member>
Series stats_by(const Snapshot& snapshot) {
  const auto counts = snapshot.total().*Member;
  Series series;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    series.push_back({{std::string(to_string(static_cast<Enum>(i)))}, as_double(counts[i])});
  }
  return series;
}

/// A figure of all sockets that share an address.
template <class Figure>
Series by_listener(const Snapshot& snapshot, Figure figure) {
  std::map<std::string, double> sums;
  for (const ListenerFigures& listener : snapshot.listeners) {
    sums[listener.address] += as_double(figure(listener));
  }
  Series series;
  for (const auto& [address, sum] : sums) series.push_back({{address}, sum});
  return series;
}

template <auto Member>
Series udp_by_listener(const Snapshot& snapshot) {
  return by_listener(snapshot, [](const ListenerFigures& listener) {
    return static_cast<std::uint64_t>(listener.udp.*Member);
  });
}

/// The smallest, since that is the one that overflows first.
Series buffers_series(const Snapshot& snapshot) {
  std::map<std::string, std::uint64_t> smallest;
  for (const ListenerFigures& listener : snapshot.listeners) {
    const auto [at, added] = smallest.emplace(listener.address, listener.udp.receive_buffer_bytes);
    if (!added) at->second = std::min(at->second, listener.udp.receive_buffer_bytes);
  }
  Series series;
  for (const auto& [address, bytes] : smallest) series.push_back({{address}, as_double(bytes)});
  return series;
}

Series histogram(const Snapshot& snapshot, Histogram SessionFigures::* member, Histogram sum) {
  for (const ListenerFigures& listener : snapshot.listeners) sum += listener.figures.*member;
  MetricSeries series;
  series.histogram = sum;
  return {series};
}

Series handshake_durations_series(const Snapshot& snapshot) {
  return histogram(snapshot, &SessionFigures::handshakes, Histogram(kHandshakeBounds));
}
Series session_durations_series(const Snapshot& snapshot) {
  return histogram(snapshot, &SessionFigures::durations, Histogram(kSessionBounds));
}

Series states_series(const Snapshot& snapshot) {
  Series series;
  for (const char* state : {"running", "draining", "drained", "stopping"}) {
    series.push_back({{state}, snapshot.state == state ? 1.0 : 0.0});
  }
  return series;
}

Series sessions_series(const Snapshot& snapshot) {
  std::uint64_t records = 0;
  for (const ListenerFigures& listener : snapshot.listeners) records += listener.records;
  const std::uint64_t established = snapshot.sessions();
  return {{{"established"}, as_double(established)},
          {{"other"}, as_double(records - std::min(records, established))}};
}

Series handshakes_series(const Snapshot& snapshot) {
  const EndpointStats total = snapshot.total();
  return {{{"completed"}, as_double(total.handshakes_completed)},
          {{"failed"}, as_double(total.handshakes_failed)}};
}

Series migrations_series(const Snapshot& snapshot) {
  std::uint64_t sum = 0;
  for (const ListenerFigures& listener : snapshot.listeners) sum += listener.figures.migrations;
  return single(as_double(sum));
}

Series limits_series(const Snapshot& snapshot) {
  Series series;
  for (std::size_t i = 0; i < kRateLimitCount; ++i) {
    series.push_back(
        {{std::string(to_string(static_cast<RateLimit>(i)))}, as_double(snapshot.limits[i])});
  }
  return series;
}

Series loop_lags_series(const Snapshot& snapshot) {
  Series series;
  for (std::size_t i = 0; i < snapshot.loop_lag.size(); ++i) {
    series.push_back({{std::to_string(i)}, in_seconds(snapshot.loop_lag[i])});
  }
  return series;
}

Series problems_series(const Snapshot& snapshot) {
  Series series;
  for (const HealthSpec& spec : health_table()) {
    const bool found =
        std::any_of(snapshot.findings.begin(), snapshot.findings.end(),
                    [&spec](const HealthFinding& finding) { return finding.code == spec.code; });
    series.push_back({{std::string(spec.name)}, found ? 1.0 : 0.0});
  }
  return series;
}

Series build_info_series(const Snapshot& snapshot) { return {{{snapshot.version}, 1}}; }
Series config_info_series(const Snapshot& snapshot) { return {{{snapshot.config_digest}, 1}}; }
Series start_time_series(const Snapshot& snapshot) { return single(snapshot.started_at); }
Series ready_series(const Snapshot& snapshot) {
  return single(is_ready(snapshot.findings) ? 1 : 0);
}
Series sessions_max_series(const Snapshot& snapshot) {
  return single(as_double(snapshot.sessions_max));
}
Series connections_series(const Snapshot& snapshot) {
  return single(as_double(snapshot.admin_connections));
}
Series lines_lost_series(const Snapshot& snapshot) {
  return single(as_double(snapshot.log_lines_lost));
}

const std::vector<MetricSpec>& all_metrics() {
  using E = EndpointStats;
  static const std::vector<MetricSpec> specs = {
      {"jetstreamd_build_info", T::kGauge, {"version"}, "Always 1.", build_info_series},
      {"jetstreamd_config_info",
       T::kGauge,
       {"digest"},
       "Always 1; the SHA-256 of the configuration file.",
       config_info_series},
      {"jetstreamd_start_time_seconds",
       T::kGauge,
       {},
       "When the daemon started, since 1970.",
       start_time_series},
      {"jetstreamd_state",
       T::kGauge,
       {"state"},
       "1 for the state it is in, 0 for the others.",
       states_series},
      {"jetstreamd_ready",
       T::kGauge,
       {},
       "1 if new clients are welcome, as /readyz says.",
       ready_series},
      {"jetstreamd_health_problem",
       T::kGauge,
       {"code"},
       "1 while the problem is there; docs/HEALTH.md says what to do.",
       problems_series},
      {"jetstreamd_loop_lag_seconds",
       T::kGauge,
       {"worker"},
       "How much later than due the last timer of the worker's loop came.",
       loop_lags_series},

      {"jetstreamd_sessions",
       T::kGauge,
       {"state"},
       "Sessions there are: established, or any other state (handshaking, closing).",
       sessions_series},
      {"jetstreamd_sessions_max",
       T::kGauge,
       {},
       "sessions.max of the configuration.",
       sessions_max_series},
      {"jetstreamd_sessions_opened_total",
       T::kCounter,
       {},
       "Sessions that became usable.",
       stat<&E::sessions_opened>},
      {"jetstreamd_sessions_closed_total",
       T::kCounter,
       {"reason"},
       "Sessions that have ended, by the reason of their CLOSE.",
       stats_by<CloseReason, &E::sessions_closed>},
      {"jetstreamd_sessions_expired_total",
       T::kCounter,
       {},
       "Those of them that heard nothing from their client for too long.",
       stat<&E::sessions_expired>},
      {"jetstreamd_session_duration_seconds",
       T::kHistogram,
       {},
       "How long sessions lasted that have ended.",
       session_durations_series},
      {"jetstreamd_session_migrations_total",
       T::kCounter,
       {},
       "Clients that went on from another address.",
       migrations_series},

      {"jetstreamd_handshakes_started_total",
       T::kCounter,
       {},
       "Hellos that were answered.",
       stat<&E::handshakes_started>},
      {"jetstreamd_handshakes_total",
       T::kCounter,
       {"result"},
       "Handshakes that are over.",
       handshakes_series},
      {"jetstreamd_handshake_duration_seconds",
       T::kHistogram,
       {},
       "From a client's hello to the end of its handshake; what failed is not in it.",
       handshake_durations_series},
      {"jetstreamd_handshakes_resumed_total",
       T::kCounter,
       {},
       "Hellos with a valid ticket.",
       stat<&E::handshakes_resumed>},
      {"jetstreamd_admission_total",
       T::kCounter,
       {"result"},
       "What was decided about hellos: proofs of addresses, and refusals.",
       stats_by<Admission, &E::admission>},
      {"jetstreamd_tickets_issued_total",
       T::kCounter,
       {},
       "Tickets given to clients.",
       stat<&E::tickets_issued>},
      {"jetstreamd_early_data_accepted_total",
       T::kCounter,
       {},
       "Hellos whose early data was taken.",
       stat<&E::early_accepted>},
      {"jetstreamd_early_data_refused_total",
       T::kCounter,
       {"reason"},
       "Valid tickets whose early data was not taken.",
       stats_by<EarlyRefusal, &E::early_refused>},

      {"jetstreamd_datagrams_received_total",
       T::kCounter,
       {},
       "UDP datagrams read.",
       stat<&E::datagrams_received>},
      {"jetstreamd_datagrams_sent_total",
       T::kCounter,
       {},
       "UDP datagrams handed to the system.",
       stat<&E::datagrams_sent>},
      {"jetstreamd_bytes_received_total",
       T::kCounter,
       {},
       "UDP payload read.",
       stat<&E::bytes_received>},
      {"jetstreamd_bytes_sent_total",
       T::kCounter,
       {},
       "UDP payload handed to the system.",
       stat<&E::bytes_sent>},
      {"jetstreamd_packets_lost_total",
       T::kCounter,
       {},
       "Packets sent that were taken for lost and whose data was sent again.",
       stat<&E::packets_lost>},
      {"jetstreamd_datagrams_dropped_total",
       T::kCounter,
       {"reason"},
       "Datagrams and packets that the daemon read and dropped.",
       stats_by<DropReason, &E::drops>},
      {"jetstreamd_socket_receive_drops_total",
       T::kCounter,
       {"listener"},
       "Datagrams that the kernel dropped at the sockets, because their buffers were full; the "
       "daemon never saw them.",
       udp_by_listener<&UdpStats::socket_drops>},
      {"jetstreamd_socket_receive_buffer_bytes",
       T::kGauge,
       {"listener"},
       "The receive buffer that the system gave each of the sockets.",
       buffers_series},
      {"jetstreamd_socket_sends_refused_total",
       T::kCounter,
       {"listener"},
       "Sends that the system refused, which count as loss.",
       udp_by_listener<&UdpStats::messages_refused>},
      {"jetstreamd_socket_sends_blocked_total",
       T::kCounter,
       {"listener"},
       "How often a socket's send buffer was full.",
       udp_by_listener<&UdpStats::sends_blocked>},
      {"jetstreamd_datagrams_forwarded_total",
       T::kCounter,
       {"listener"},
       "Datagrams that one worker read for another.",
       udp_by_listener<&UdpStats::datagrams_forwarded>},
      {"jetstreamd_resets_sent_total",
       T::kCounter,
       {},
       "Stateless resets, sent to peers of sessions that are not known.",
       stat<&E::resets_sent>},

      {"jetstreamd_memory_held_bytes",
       T::kGauge,
       {},
       "What sessions hold for streams and data.",
       stat<&E::memory_held>},
      {"jetstreamd_memory_budget_bytes",
       T::kGauge,
       {},
       "What they may hold at most.",
       stat<&E::memory_budget>},

      {"jetstreamd_limiter_limit",
       T::kGauge,
       {"limit"},
       "What the configuration allows a second, in messages or bytes; 0 is off.",
       limits_series},
      {"jetstreamd_limiter_waits_total",
       T::kCounter,
       {"limit"},
       "How often a stream began to wait for a rate limit.",
       stats_by<RateLimit, &E::rate_limit_waits>},
      {"jetstreamd_limiter_dropped_total",
       T::kCounter,
       {"limit"},
       "Best-effort messages dropped for a rate limit.",
       stats_by<RateLimit, &E::rate_limit_drops>},
      {"jetstreamd_limiter_would_wait_total",
       T::kCounter,
       {"limit"},
       "With limits.mode: observe, what enforce would have held back.",
       stats_by<RateLimit, &E::rate_limit_observed>},

      {"jetstreamd_admin_connections",
       T::kGauge,
       {},
       "Connections to the admin socket.",
       connections_series},
      {"jetstreamd_log_lines_lost_total",
       T::kCounter,
       {},
       "Log lines that came faster than they could be written.",
       lines_lost_series},
  };
  return specs;
}

std::string label_text(const MetricSpec& spec) {
  std::string text;
  const Series all = spec.series(Snapshot{});
  for (std::size_t i = 0; i < spec.labels.size(); ++i) {
    text += (text.empty() ? "`" : "; `") + std::string(spec.labels[i]) + "`";
    // Of a label that depends on the daemon an empty snapshot has no value, or none with a name.
    std::string values;
    for (const MetricSeries& series : all) {
      const std::string& value = series.label_values[i];
      if (!value.empty()) values += (values.empty() ? ": " : ", ") + value;
    }
    text += values;
  }
  return text;
}

}  // namespace

std::span<const MetricSpec> metric_table() { return all_metrics(); }

std::string_view to_string(MetricType type) {
  switch (type) {
    case MetricType::kCounter:
      return "counter";
    case MetricType::kGauge:
      return "gauge";
    case MetricType::kHistogram:
      return "histogram";
  }
  return "";
}

std::string metric_reference() {
  std::string out = R"(# Metrics

<!-- Made from the table in daemon/metrics_table.cc by the target generate_docs. -->

`metrics.listen` opens an HTTP listener, which is off unless configured:

- `GET /metrics` answers everything below in the Prometheus text format.
- `GET /livez` answers 200 as long as the main loop and every worker get on, also while the daemon
  drains; otherwise 503. A restart is what helps then.
- `GET /readyz` answers 200 if new clients are welcome, otherwise 503; its body says why, one line
  a finding (HEALTH.md).

Any other path is 404, any other method 405. There is no way to change anything, no TLS and no
password: listen on loopback or on a Unix socket. `jsctl metrics` prints the same text over the
admin socket, without any port; `jsctl stats` prints it for people.

Figures are at most a second old, however often they are asked for: the daemon collects them once a
second, and a scrape costs the workers nothing. A worker that hangs keeps its last figures. Every
series is there from the start, at 0. No label names a client or a session.

| Metric | Type | Labels | Meaning |
|---|---|---|---|
)";
  for (const MetricSpec& spec : all_metrics()) {
    out += "| `" + std::string(spec.name) + "` | " + std::string(to_string(spec.type)) + " | " +
           label_text(spec) + " | " + std::string(spec.doc) + " |\n";
  }
  return out;
}

}  // namespace jetstream::daemon
