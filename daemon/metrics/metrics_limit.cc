// SPDX-License-Identifier: MIT
#include <array>

#include "daemon/metrics/metrics_families.h"

namespace jetstream::daemon {
namespace {

SeriesList limits_series(const Snapshot& snapshot) {
  SeriesList series;
  for (std::size_t i = 0; i < kRateLimitCount; ++i) {
    series.push_back(
        {std::string(to_string(static_cast<RateLimit>(i))), as_double(snapshot.limits[i])});
  }
  return series;
}

constexpr std::array kLimitMetrics = {
    gauge("jetstreamd_limiter_limit", "limit",
          "What the configuration allows a second, in messages or bytes; 0 is off.", limits_series),
    counter("jetstreamd_limiter_waits_total", "limit",
            "How often a stream began to wait for a rate limit.",
            stats_by<RateLimit, &EndpointStats::rate_limit_waits>),
    counter("jetstreamd_limiter_dropped_total", "limit",
            "Best-effort messages dropped for a rate limit.",
            stats_by<RateLimit, &EndpointStats::rate_limit_drops>),
    counter("jetstreamd_limiter_would_wait_total", "limit",
            "With limits.mode: observe, what enforce would have held back.",
            stats_by<RateLimit, &EndpointStats::rate_limit_observed>),
};

}  // namespace

std::span<const MetricSpec> limit_metrics() { return kLimitMetrics; }

}  // namespace jetstream::daemon
