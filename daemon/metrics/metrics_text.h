// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "daemon/health/snapshot.h"

namespace jetstream::daemon {

/// The Content-Type of what metrics_text() makes.
inline constexpr std::string_view kMetricsContentType = "text/plain; version=0.0.4; charset=utf-8";

/// Every metric in Prometheus' text format. Any thread.
std::string metrics_text(const Snapshot& snapshot);

}  // namespace jetstream::daemon
