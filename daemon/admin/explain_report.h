// SPDX-License-Identifier: MIT
//
// From what the endpoints say of an address to what an operator is told.
#pragma once

#include <vector>

#include "daemon/access/ban_book.h"
#include "daemon/admin/source_admin.h"
#include "daemon/config/config.h"
#include "daemon/process/clock_reading.h"
#include "jetstream/source.h"

namespace jetstream::daemon {

/// What one endpoint says.
struct ExplainPart {
  Outlook outlook;
  std::uint64_t sessions_here = 0;
  std::vector<control::ExplainSession> sessions;
  std::vector<control::ExplainClosed> closed;
};

/// One source over all endpoints. Those that have not heard of it lately would give it a full
/// bucket, and are of the same shape as those that have: `endpoints` of them in all.
control::SourceRow source_row(const std::vector<SourceInfo>& parts, std::size_t endpoints,
                              const ClockReading& clocks);
/// Whether a limit concerns it: handshakes were refused, none may come now, or it has as many
/// sessions as it may have.
bool is_limited(const control::SourceRow& row);

/// The whole answer. `bans` and `config` are those of the moment of the parts.
control::ExplainReport explain_report(const PeerAddress& address,
                                      const std::vector<ExplainPart>& parts, const Config& config,
                                      const BanBook& bans, const ClockReading& clocks);

}  // namespace jetstream::daemon
