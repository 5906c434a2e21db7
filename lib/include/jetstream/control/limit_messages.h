// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "jetstream/types.h"

namespace jetstream::control {

struct LimitShowArgs {
  std::vector<SessionId> ids;
  friend bool operator==(const LimitShowArgs&, const LimitShowArgs&) = default;
};

/// One rate limit, of the daemon or as one session sees it.
struct LimitRow {
  std::optional<SessionId> session;
  std::string limit;
  std::optional<std::uint64_t> per_second;
  std::optional<std::uint64_t> tokens;
  std::uint64_t times = 0;
  std::uint64_t dropped = 0;
  friend bool operator==(const LimitRow&, const LimitRow&) = default;
};

struct LimitSummary {
  std::string mode;
  std::vector<SessionId> not_found;
  friend bool operator==(const LimitSummary&, const LimitSummary&) = default;
};

}  // namespace jetstream::control
