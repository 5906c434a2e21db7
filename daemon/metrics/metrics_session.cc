// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>

#include "daemon/metrics/metrics_families.h"
#include "jetstream/error.h"

namespace jetstream::daemon {
namespace {

/// The sum of one histogram over all endpoints, which all have its bounds.
template <auto Member>
SeriesList histogram_of(const Snapshot& snapshot) {
  Histogram sum = SessionFigures().*Member;
  for (const ListenerFigures& listener : snapshot.listeners) sum += listener.figures.*Member;
  return {{"", 0, sum}};
}

SeriesList sessions_series(const Snapshot& snapshot) {
  std::uint64_t records = 0;
  for (const ListenerFigures& listener : snapshot.listeners) records += listener.records;
  const std::uint64_t established = snapshot.sessions();
  return {{"established", as_double(established)},
          {"other", as_double(records - std::min(records, established))}};
}

SeriesList handshakes_series(const Snapshot& snapshot) {
  const EndpointStats total = snapshot.total();
  return {{"completed", as_double(total.handshakes_completed)},
          {"failed", as_double(total.handshakes_failed)}};
}

SeriesList migrations_series(const Snapshot& snapshot) {
  std::uint64_t sum = 0;
  for (const ListenerFigures& listener : snapshot.listeners) sum += listener.figures.migrations;
  return single(as_double(sum));
}

SeriesList sessions_max_series(const Snapshot& snapshot) {
  return single(as_double(snapshot.sessions_max));
}

constexpr std::array kSessionMetrics = {
    gauge("jetstreamd_sessions", "state",
          "Sessions there are: established, or any other state (handshaking, closing).",
          sessions_series),
    gauge("jetstreamd_sessions_max", "", "sessions.max of the configuration.", sessions_max_series),
    counter("jetstreamd_sessions_opened_total", "", "Sessions that became usable.",
            stat<&EndpointStats::sessions_opened>),
    counter("jetstreamd_sessions_closed_total", "reason",
            "Sessions that have ended, by the reason of their CLOSE.",
            stats_by<CloseReason, &EndpointStats::sessions_closed>),
    counter("jetstreamd_sessions_expired_total", "",
            "Those of them that heard nothing from their client for too long.",
            stat<&EndpointStats::sessions_expired>),
    histogram("jetstreamd_cleanup_lag_seconds",
              "How long after their time sessions expired; up to 1 s is meant to be.",
              histogram_of<&SessionFigures::cleanup_lags>),
    histogram("jetstreamd_cleanup_duration_seconds",
              "How long a worker's turns took, up to sending, in which sessions expired.",
              histogram_of<&SessionFigures::cleanup_durations>),
    histogram("jetstreamd_session_duration_seconds", "How long sessions lasted that have ended.",
              histogram_of<&SessionFigures::durations>),
    counter("jetstreamd_session_migrations_total", "", "Clients that went on from another address.",
            migrations_series),
    counter("jetstreamd_handshakes_started_total", "", "Hellos that were answered.",
            stat<&EndpointStats::handshakes_started>),
    counter("jetstreamd_handshakes_total", "result", "Handshakes that are over.",
            handshakes_series),
    histogram("jetstreamd_handshake_duration_seconds",
              "From a client's hello to the end of its handshake; what failed is not in it.",
              histogram_of<&SessionFigures::handshakes>),
    counter("jetstreamd_handshakes_resumed_total", "", "Hellos with a valid ticket.",
            stat<&EndpointStats::handshakes_resumed>),
    counter("jetstreamd_admission_total", "result",
            "What was decided about hellos: proofs of addresses, and refusals.",
            stats_by<Admission, &EndpointStats::admission>),
    counter("jetstreamd_tickets_issued_total", "", "Tickets given to clients.",
            stat<&EndpointStats::tickets_issued>),
    counter("jetstreamd_early_data_accepted_total", "", "Hellos whose early data was taken.",
            stat<&EndpointStats::early_accepted>),
    counter("jetstreamd_early_data_refused_total", "reason",
            "Valid tickets whose early data was not taken.",
            stats_by<EarlyRefusal, &EndpointStats::early_refused>),
};

}  // namespace

std::span<const MetricSpec> session_metrics() { return kSessionMetrics; }

}  // namespace jetstream::daemon
