// SPDX-License-Identifier: MIT
//
// The families of metrics, a file each, and what they have in common. Only the metrics_*.cc include
// this.
#pragma once

#include <span>

#include "daemon/metrics/metrics_table.h"

namespace jetstream::daemon {

std::span<const MetricSpec> daemon_metrics();
std::span<const MetricSpec> session_metrics();
std::span<const MetricSpec> traffic_metrics();
std::span<const MetricSpec> limit_metrics();

using SeriesList = std::vector<MetricSeries>;
using SeriesOf = SeriesList (*)(const Snapshot&);

constexpr MetricSpec counter(std::string_view name, std::string_view label, std::string_view doc,
                             SeriesOf series) {
  return {name, MetricType::kCounter, label, doc, series};
}
constexpr MetricSpec gauge(std::string_view name, std::string_view label, std::string_view doc,
                           SeriesOf series) {
  return {name, MetricType::kGauge, label, doc, series};
}
constexpr MetricSpec histogram(std::string_view name, std::string_view doc, SeriesOf series) {
  return {name, MetricType::kHistogram, "", doc, series};
}

inline double as_double(std::uint64_t value) { return static_cast<double>(value); }
/// A family without labels.
inline SeriesList single(double value) { return {{"", value, std::nullopt}}; }

/// A counter of the endpoints.
template <auto Member>
SeriesList stat(const Snapshot& snapshot) {
  return single(as_double(snapshot.total().*Member));
}

/// An array of counters whose index is an enumerator with a name.
template <class Enum, auto Member>
SeriesList stats_by(const Snapshot& snapshot) {
  const auto counts = snapshot.total().*Member;
  SeriesList series;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    series.push_back(
        {std::string(to_string(static_cast<Enum>(i))), as_double(counts[i]), std::nullopt});
  }
  return series;
}

}  // namespace jetstream::daemon
