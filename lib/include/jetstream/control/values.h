// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "jetstream/error.h"
#include "jetstream/types.h"

namespace jetstream::control {

/// Milliseconds since 1970-01-01 UTC, leap seconds not counted.
using UnixTime = Strong<struct UnixTimeTag, std::int64_t>;
/// "2026-11-21T20:53:04.117Z". Times outside of the years 0 to 9999 are moved to the nearest end.
std::string to_rfc3339(UnixTime time);
/// Reads to_rfc3339()'s form only.
std::optional<UnixTime> parse_rfc3339(std::string_view text);

/// Counters by name, a JSON object.
using NamedCounts = std::vector<std::pair<std::string, std::uint64_t>>;

/// Numbers and texts by name, a JSON object.
using NamedValues = std::vector<std::pair<std::string, std::variant<std::uint64_t, std::string>>>;

/// Reads "17", nothing else: no sign, no leading zero, no blanks; 1 is the first id.
std::optional<SessionId> parse_session_id(std::string_view text);
std::optional<CloseReason> parse_close_reason(std::string_view text);

}  // namespace jetstream::control
