// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "jetstream/time.h"

namespace jetstream::jscat {

/// Text from elsewhere, made safe for a terminal: whatever is not printable ASCII becomes \xNN, and
/// a backslash is doubled.
std::string escape(std::string_view text);

/// "512 B", "1.50 MiB".
std::string format_bytes(double bytes);
/// "250 ms", "1.50 s".
std::string format_duration(Duration duration);
/// Milliseconds to the microsecond, without a unit: "0.123".
std::string format_ms(Duration duration);
/// "12.345": a number with `digits` after the point.
std::string format_number(double value, int digits);

double to_seconds(Duration duration);

}  // namespace jetstream::jscat
