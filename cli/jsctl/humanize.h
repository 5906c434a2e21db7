// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/printable.h"

namespace jetstream::jsctl {

using base::printable;

/// "0 B", "999 B", "1.5 KiB", "12 MiB": two significant digits or more, at most six characters and
/// the unit.
std::string human_bytes(std::uint64_t bytes);
/// "0 bit/s", "999 bit/s", "1.5 kbit/s", "120 Mbit/s", "2.4 Gbit/s".
std::string human_bps(std::uint64_t bits);
/// "0s", "350ms", "12s", "3m 5s", "7h 12m", "4d 6h": at most two units.
std::string human_ms(std::uint64_t ms);
/// "87us", "1.2ms", "120ms", "3.4s"; "-" for none.
std::string human_us(std::optional<std::uint64_t> us);

}  // namespace jetstream::jsctl
