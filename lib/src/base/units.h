// SPDX-License-Identifier: MIT
//
// Numbers with units, as people write them in the configuration, in filters and on command lines.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "jetstream/result.h"

namespace jetstream::base {

/// Why a value can't be what it should be, and what to write instead.
struct UnitError {
  std::string what;
  std::string help;
};

/// "30s", "1h30m": whole numbers with us, ms, s, m, h or d, larger units first. Nanoseconds.
Result<std::int64_t, UnitError> parse_duration(std::string_view text);
/// "64KiB": a whole number with B, KiB, MiB, GiB, kB, MB or GB. Bytes.
Result<std::int64_t, UnitError> parse_size(std::string_view text);
/// A whole decimal number without leading zeros.
Result<std::int64_t, UnitError> parse_integer(std::string_view text);
/// The shortest exact form that parse_duration() and parse_size() read.
std::string format_duration(std::int64_t nanoseconds);
std::string format_size(std::int64_t bytes);

}  // namespace jetstream::base
