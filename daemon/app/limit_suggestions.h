// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "daemon/app/limit_usage.h"
#include "daemon/config/config.h"
#include "jetstream/control.h"

namespace jetstream::daemon {

/// Fewer values than these have no 99.9th percentile but their largest, which is chance.
inline constexpr std::uint64_t kSeenEnough = 1000;

/// What the limits of the configuration could be, by what was asked of them: half as much again as
/// what all but one in a thousand stay within, rounded up to two digits. One row for each key.
/// `total`: the counters of all endpoints.
std::vector<control::LimitSuggestionRow> suggest_limits(const LimitUsage::Seen& seen,
                                                        const EndpointStats& total,
                                                        const Config& config);

}  // namespace jetstream::daemon
