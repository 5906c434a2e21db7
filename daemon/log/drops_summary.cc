// SPDX-License-Identifier: MIT
#include "daemon/log/drops_summary.h"

#include <algorithm>
#include <map>
#include <utility>

namespace jetstream::daemon {

namespace {

/// The busiest, of all workers together.
std::string networks_of(const std::vector<DropSource>& sources) {
  std::map<std::string, std::uint64_t> drops;
  for (const DropSource& source : sources) drops[source.network.to_string()] += source.drops;
  std::vector<std::pair<std::string, std::uint64_t>> busiest(drops.begin(), drops.end());
  std::ranges::sort(busiest, [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  if (busiest.size() > kNetworksTold) busiest.resize(kNetworksTold);
  std::string text;
  for (const auto& [network, count] : busiest) {
    text += (text.empty() ? "" : ",") + network + " " + std::to_string(count);
  }
  return text;
}

}  // namespace

std::optional<DropsSummary> summarize_drops(const EndpointStats& before, const EndpointStats& now,
                                            const std::vector<DropSource>& sources,
                                            PeerAddresses shown) {
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
  if (shown != PeerAddresses::kNone) summary.networks = networks_of(sources);
  return summary;
}

}  // namespace jetstream::daemon
