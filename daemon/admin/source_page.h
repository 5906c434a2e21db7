// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <vector>

#include "daemon/admin/source_admin.h"
#include "daemon/process/clock_reading.h"
#include "jetstream/source.h"

namespace jetstream::daemon {

/// One page from what the endpoints say of their sources: those that a limit concerns, or all, the
/// most limited first. With 4096 sources of each endpoint, which is the most there are, it takes
/// 1 ms for one endpoint and 4 for four.
SourcePage source_page(const std::vector<std::vector<SourceInfo>>& parts, bool all,
                       std::size_t limit, const ClockReading& clocks);

}  // namespace jetstream::daemon
