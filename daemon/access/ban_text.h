// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/access/ban_book.h"
#include "jetstream/result.h"

namespace jetstream::daemon {

/// The longest line is below 384 bytes: a block, three words, two times, a number, a reason.
inline constexpr std::size_t kBanTextBytesMax = BanBook::kBansMax * 384;

/// Where bans survive a restart: one a line, in a frame that shows whether all of it is there.
///
///     jetstreamd-bans 1
///     192.0.2.0/24 admin 2026-01-31T12:00:00.000Z 2026-01-31T13:00:00.000Z 1000 scans
///     2001:db8::/32 file 2026-01-31T12:00:00.000Z - 0
///     end 2
///
/// Block, origin, since, until or -, uid or -, and the reason, if there is one.
std::string write_bans(const BanBook& book);

/// Reads write_bans()'s form only. The message begins with the number of the line that is wrong.
Result<std::vector<Ban>> parse_bans(std::string_view text);

}  // namespace jetstream::daemon
