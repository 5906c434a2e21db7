// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/units.h"
#include "jetstream/address.h"
#include "jetstream/result.h"
#include "jetstream/types.h"

namespace jetstream::daemon {

using base::format_duration;
using base::format_size;
using base::parse_duration;
using base::parse_integer;
using base::parse_size;
using ValueError = base::UnitError;

/// true or false; says so to everybody who writes yes or off.
Result<bool, ValueError> parse_boolean(std::string_view text);
/// "0660": four octal digits that let the owner read and write.
Result<std::int64_t, ValueError> parse_file_mode(std::string_view text);
/// What parse_file_mode() reads.
std::string format_file_mode(std::int64_t mode);
/// "127.0.0.1:8080" or "[::1]:8080"; port 0 leaves the choice to the system. No host names.
Result<PeerAddress, ValueError> parse_address(std::string_view text);

/// "192.0.2.1", "10.0.0.0/8" or "2001:db8::/32", without a port.
Result<AddressBlock, ValueError> parse_block(std::string_view text);

}  // namespace jetstream::daemon
