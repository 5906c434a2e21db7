// SPDX-License-Identifier: MIT
#include "daemon/drops_summary.h"

namespace jetstream::daemon {

std::optional<DropsSummary> summarize_drops(const EndpointStats& before, const EndpointStats& now) {
  DropsSummary summary;
  for (std::size_t i = 0; i < kDropReasonCount; ++i) {
    const std::uint64_t dropped = now.drops[i] - before.drops[i];
    if (dropped == 0) continue;
    summary.packets += dropped;
    summary.reasons += (summary.reasons.empty() ? "" : ",") +
                       std::string(to_string(static_cast<DropReason>(i))) + " " +
                       std::to_string(dropped);
  }
  summary.handshakes_failed = now.handshakes_failed - before.handshakes_failed;
  if (summary.packets == 0 && summary.handshakes_failed == 0) return std::nullopt;
  return summary;
}

}  // namespace jetstream::daemon
