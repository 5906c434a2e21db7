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

/// What a limit of the configuration is, and what it could be by what it was asked for.
struct LimitSuggestionRow {
  std::string key;
  std::string of;
  std::optional<std::uint64_t> current;
  std::optional<double> above_current;
  std::optional<std::uint64_t> suggested;
  std::optional<double> above_suggested;
  std::uint64_t p50 = 0;
  std::uint64_t p99 = 0;
  std::uint64_t p99_9 = 0;
  std::uint64_t max = 0;
  std::uint64_t seen = 0;
  std::uint64_t held_back = 0;
  std::string remark;
  friend bool operator==(const LimitSuggestionRow&, const LimitSuggestionRow&) = default;
};

struct LimitSuggestSummary {
  std::string mode;
  std::uint64_t seen_ms = 0;
  std::uint64_t seen_needed = 0;
  friend bool operator==(const LimitSuggestSummary&, const LimitSuggestSummary&) = default;
};

struct LimitSummary {
  std::string mode;
  std::vector<SessionId> not_found;
  friend bool operator==(const LimitSummary&, const LimitSummary&) = default;
};

}  // namespace jetstream::control
