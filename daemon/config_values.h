// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "jetstream/result.h"
#include "jetstream/types.h"

namespace jetstream::daemon {

/// Why a value can't be what it should be, and what to write instead.
struct ValueError {
  std::string what;
  std::string help;
};

/// "30s", "1h30m": whole numbers with us, ms, s, m, h or d, larger units first. Nanoseconds.
Result<std::int64_t, ValueError> parse_duration(std::string_view text);
/// "64KiB": a whole number with B, KiB, MiB, GiB, kB, MB or GB. Bytes.
Result<std::int64_t, ValueError> parse_size(std::string_view text);
/// A whole decimal number without leading zeros.
Result<std::int64_t, ValueError> parse_integer(std::string_view text);
/// true or false; says so to everybody who writes yes or off.
Result<bool, ValueError> parse_boolean(std::string_view text);
/// "0660": four octal digits that let the owner read and write.
Result<std::int64_t, ValueError> parse_file_mode(std::string_view text);
/// "127.0.0.1:8080" or "[::1]:8080"; port 0 leaves the choice to the system. No host names.
Result<PeerAddress, ValueError> parse_address(std::string_view text);

/// The shortest exact form that parse_duration() and parse_size() read.
std::string format_duration(std::int64_t nanoseconds);
std::string format_size(std::int64_t bytes);

}  // namespace jetstream::daemon
