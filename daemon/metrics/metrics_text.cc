// SPDX-License-Identifier: MIT
//
// The only file that knows prometheus-cpp, which knows how the text format writes numbers and
// escapes labels.
#include "daemon/metrics/metrics_text.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <limits>

#include "daemon/metrics/metrics_table.h"

namespace jetstream::daemon {
namespace {

prometheus::MetricType type_of(MetricType type) {
  switch (type) {
    case MetricType::kCounter:
      return prometheus::MetricType::Counter;
    case MetricType::kGauge:
      return prometheus::MetricType::Gauge;
    case MetricType::kHistogram:
      return prometheus::MetricType::Histogram;
  }
  return prometheus::MetricType::Untyped;
}

/// Prometheus counts each bucket into the ones above it.
void fill(prometheus::ClientMetric::Histogram& out, const Histogram& histogram) {
  std::uint64_t cumulative = 0;
  for (std::size_t i = 0; i <= histogram.bounds().size(); ++i) {
    cumulative += histogram.in_bucket(i);
    const bool last = i == histogram.bounds().size();
    out.bucket.push_back(
        {cumulative, last ? std::numeric_limits<double>::infinity() : histogram.bounds()[i]});
  }
  out.sample_count = histogram.count();
  out.sample_sum = histogram.sum_seconds();
}

prometheus::ClientMetric metric_of(const MetricSpec& spec, const MetricSeries& series) {
  prometheus::ClientMetric metric;
  for (const auto& [name, value] : labels_of(spec, series)) metric.label.push_back({name, value});
  if (series.histogram) fill(metric.histogram, *series.histogram);
  metric.counter.value = series.value;
  metric.gauge.value = series.value;
  return metric;
}

}  // namespace

std::string metrics_text(const Snapshot& snapshot) {
  std::vector<prometheus::MetricFamily> families;
  for (const MetricSpec& spec : metric_table()) {
    prometheus::MetricFamily family;
    family.name = spec.name;
    family.help = spec.doc;
    family.type = type_of(spec.type);
    for (const MetricSeries& series : spec.series(snapshot)) {
      family.metric.push_back(metric_of(spec, series));
    }
    families.push_back(std::move(family));
  }
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace jetstream::daemon
