// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "jetstream/time.h"

namespace jetstream::jscat {

/// "4096", "64KiB", "1.5GiB", "1MB": powers of 1024 with the i, of 1000 without. Nullopt if it is
/// no size, negative, or beyond 2^53.
std::optional<std::uint64_t> parse_size(std::string_view text);

/// "10" and "10s" are seconds; "250ms", "1.5m", "1h". Nullopt if it is none, negative, or longer
/// than a day.
std::optional<Duration> parse_duration(std::string_view text);

}  // namespace jetstream::jscat
