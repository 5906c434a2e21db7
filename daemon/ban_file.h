// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/ban_book.h"
#include "jetstream/result.h"

namespace jetstream::daemon {

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

/// Empty if there is no such file. Otherwise the message names the file and the line, and what to
/// do about it.
Result<std::vector<Ban>> load_bans(const std::filesystem::path& path);

/// Replaces the file at once or not at all, and returns when the disk has it. Makes the folder if
/// there is none.
Result<> save_bans(const std::filesystem::path& path, const BanBook& book);

}  // namespace jetstream::daemon
