// SPDX-License-Identifier: MIT
//
// From what the endpoints know to what the admin protocol says, for whoever implements
// AdminBackend.
#pragma once

#include <span>
#include <vector>

#include "daemon/admin/admin_backend.h"
#include "daemon/process/clock_reading.h"
#include "jetstream/endpoint.h"

namespace jetstream::daemon {

control::SessionRow session_row(const SessionInfo& info, const ClockReading& clocks,
                                std::uint32_t worker);
/// Lists the first kStreamsListedMax of `streams`. `role` is this side's.
control::SessionDetail session_detail(const SessionInfo& info, std::span<const StreamInfo> streams,
                                      const ClockReading& clocks, std::uint32_t worker);

/// Adds the counters of one or, summed up, of all workers.
void fill_counters(control::StatusReport& report, const EndpointStats& stats);

/// A row for each rate limit.
std::vector<control::LimitRow> limit_rows(std::optional<SessionId> session,
                                          const LimitStates& states);
/// What the endpoints have counted, in `states`.
void fill_limit_counts(LimitStates& states, const EndpointStats& stats);

}  // namespace jetstream::daemon
