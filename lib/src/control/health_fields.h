// SPDX-License-Identifier: MIT
//
// See report_fields.h.
#pragma once

#include "jetstream/control/health_messages.h"

namespace jetstream::control {

template <class V>
void describe(HealthArgs& a, V&& visit) {
  visit("live", a.live);
}

template <class V>
void describe(WaitArgs& a, V&& visit) {
  visit("until", a.until);
  visit("timeout_ms", a.timeout_ms);
}

template <class V>
void describe(StatsArgs& a, V&& visit) {
  visit("prefix", a.prefix);
}

template <class V>
void describe(HealthRow& r, V&& visit) {
  visit("code", r.code, "Which problem; docs/HEALTH.md lists them.");
  visit("severity", r.severity, "notice, warning or error.");
  visit("detail", r.detail, "What was found, with figures.");
  visit("since", r.since, "When it began.");
  visit("not_ready", r.not_ready, "Whether new clients should stay away because of it.");
  visit("not_alive", r.not_alive, "Whether only a restart helps.");
  visit("depends_on", r.depends_on,
        "Of which problem it could be a consequence; it is hidden then.");
  visit("advice", r.advice, "What to do about it.");
}

template <class V>
void describe(HealthReport& r, V&& visit) {
  visit("ok", r.ok, "The answer to what was asked about.");
  visit("ready", r.ready, "Whether new clients are welcome.");
  visit("live", r.live, "False if only a restart helps.");
  visit("state", r.state, "running, draining, drained or stopping.");
  visit("count", r.count, "Problems in this answer.");
}

template <class V>
void describe(WaitReport& r, V&& visit) {
  visit("state", r.state, "running, draining, drained or stopping.");
  visit("sessions", r.sessions, "Established sessions when it was so.");
  visit("waited_ms", r.waited_ms, "How long it took.");
}

template <class V>
void describe(MetricsReport& r, V&& visit) {
  visit("text", r.text, "All metrics in Prometheus' text format; docs/METRICS.md lists them.");
}

template <class V>
void describe(StatRow& r, V&& visit) {
  visit("series", r.series, "Name and label, as Prometheus writes them.");
  visit("type", r.type, "counter or gauge; a histogram is told as the counters _count and _sum.");
  visit("value", r.value, "What it is now.");
}

template <class V>
void describe(StatsSummary& r, V&& visit) {
  visit("count", r.count, "Series in this answer.");
}

}  // namespace jetstream::control
