// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/health/snapshot.h"

namespace jetstream::daemon {

enum class MetricType : std::uint8_t { kCounter, kGauge, kHistogram };
std::string_view to_string(MetricType type);

/// One series of a family: the value of its label, if it has one, and what it is now.
struct MetricSeries {
  std::string label_value;
  double value = 0;
  std::optional<Histogram> histogram{};  ///< Of a kHistogram, in place of `value`.
};

/// One family of metrics. This table is what a scrape answers, what jsctl stats prints, and
/// docs/METRICS.md. Names are stable: renaming one breaks people's alarms. Labels have few values,
/// which nobody outside can choose.
struct MetricSpec {
  std::string_view name;
  MetricType type;
  /// Empty: the family is a single series. Two are "one,other", and so are their values.
  std::string_view label;
  std::string_view doc;
  /// All its series, also those that are 0.
  std::vector<MetricSeries> (*series)(const Snapshot& snapshot);
};

const std::vector<MetricSpec>& metric_table();
/// A series' labels and their values; empty if it has none.
std::vector<std::pair<std::string, std::string>> labels_of(const MetricSpec& spec,
                                                           const MetricSeries& series);

/// docs/METRICS.md.
std::string metric_reference();

}  // namespace jetstream::daemon
