// SPDX-License-Identifier: MIT
#include "daemon/metrics/metrics_table.h"

#include <vector>

#include "daemon/metrics/metrics_families.h"

namespace jetstream::daemon {
namespace {

std::string label_text(const MetricSpec& spec) {
  if (spec.label.empty()) return "";
  if (const std::size_t comma = spec.label.find(','); comma != std::string_view::npos) {
    return "`" + std::string(spec.label.substr(0, comma)) + "`, `" +
           std::string(spec.label.substr(comma + 1)) + "`";
  }
  // Of a label that depends on the daemon an empty snapshot has no value, or none with a name.
  std::string values;
  for (const MetricSeries& series : spec.series(Snapshot{})) {
    const std::string& value = series.label_value;
    if (!value.empty()) values += (values.empty() ? ": " : ", ") + value;
  }
  return "`" + std::string(spec.label) + "`" + values;
}

}  // namespace

const std::vector<MetricSpec>& metric_table() {
  static const std::vector<MetricSpec> kTable = [] {
    std::vector<MetricSpec> table;
    for (const auto family :
         {daemon_metrics(), session_metrics(), traffic_metrics(), limit_metrics()}) {
      table.insert(table.end(), family.begin(), family.end());
    }
    return table;
  }();
  return kTable;
}

std::vector<std::pair<std::string, std::string>> labels_of(const MetricSpec& spec,
                                                           const MetricSeries& series) {
  if (spec.label.empty()) return {};
  const std::size_t name_end = spec.label.find(',');
  if (name_end == std::string_view::npos) return {{std::string(spec.label), series.label_value}};
  const std::size_t value_end = series.label_value.find(',');
  return {{std::string(spec.label.substr(0, name_end)), series.label_value.substr(0, value_end)},
          {std::string(spec.label.substr(name_end + 1)), series.label_value.substr(value_end + 1)}};
}

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

<!-- Made from the table in daemon/metrics/metrics_table.cc by the target generate_docs. -->

`metrics.listen` opens an HTTP listener, which is off unless configured:

- `GET /metrics` answers everything below in the Prometheus text format.
- `GET /livez` answers 200 as long as the main loop and every worker get on, also while the daemon
  drains; otherwise 503. A restart is what helps then.
- `GET /readyz` answers 200 if new clients are welcome, otherwise 503; its body says why, one line
  a finding (HEALTH.md).

Any other path is 404, any method but GET and HEAD 405. There is no way to change anything, no TLS and no
password: listen on loopback or on a Unix socket. `jsctl metrics` prints the same text over the
admin socket, without any port; `jsctl stats` prints it for people.

Figures are at most a second old, however often they are asked for: the daemon collects them once a
second, and a scrape costs the workers nothing. A worker that hangs keeps its last figures. Every
series is there from the start, at 0. No label names a client or a session.

| Metric | Type | Labels | Meaning |
|---|---|---|---|
)";
  for (const MetricSpec& spec : metric_table()) {
    out += "| `" + std::string(spec.name) + "` | " + std::string(to_string(spec.type)) + " | " +
           label_text(spec) + " | " + std::string(spec.doc) + " |\n";
  }
  return out;
}

}  // namespace jetstream::daemon
