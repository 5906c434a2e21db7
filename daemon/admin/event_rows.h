// SPDX-License-Identifier: MIT
#pragma once

#include "daemon/log/log_record.h"
#include "jetstream/control.h"

namespace jetstream::daemon {

/// An event as streams show it.
control::EventRow row_of(const LogRecord& record, std::optional<std::uint64_t> seq);
/// The first line of a stream; `last_seq` is the number of the newest event there is.
control::EventRow begin_row(std::uint64_t last_seq);
/// Stands where so many events were lost.
control::EventRow gap_row(std::uint64_t lost);

}  // namespace jetstream::daemon
