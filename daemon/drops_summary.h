// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "jetstream/stats.h"

namespace jetstream::daemon {

/// What was dropped between two moments. Single drops are never logged, since strangers cause them.
struct DropsSummary {
  std::uint64_t packets = 0;
  std::string reasons;  ///< "malformed 3,duplicate 1"
  std::uint64_t handshakes_failed = 0;
};

/// Nothing if nothing was.
std::optional<DropsSummary> summarize_drops(const EndpointStats& before, const EndpointStats& now);

}  // namespace jetstream::daemon
