// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/config/config.h"
#include "jetstream/source.h"
#include "jetstream/stats.h"

namespace jetstream::daemon {

/// What was dropped between two moments. Single drops are never logged, since strangers cause them.
struct DropsSummary {
  std::uint64_t packets = 0;
  std::string reasons;  ///< "malformed 3,duplicate 1"
  std::uint64_t handshakes_failed = 0;
  std::string networks;  ///< "192.0.2.0/24 120,2001:db8:1::/48 7"
};

/// Networks of a summary: enough to see who floods, or that everybody does.
inline constexpr std::size_t kNetworksTold = 5;

/// Nothing if nothing was. `sources` may name a network several times, as different workers saw it;
/// `shown` says whether networks are told at all.
std::optional<DropsSummary> summarize_drops(const EndpointStats& before, const EndpointStats& now,
                                            const std::vector<DropSource>& sources,
                                            PeerAddresses shown);

}  // namespace jetstream::daemon
