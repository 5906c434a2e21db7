// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <vector>

#include "daemon/access/ban_text.h"
#include "jetstream/result.h"

namespace jetstream::daemon {

/// Empty if there is no such file. Otherwise the message names the file and the line, and what to
/// do about it.
Result<std::vector<Ban>> load_bans(const std::filesystem::path& path);

/// Replaces the file at once or not at all, and returns when the disk has it. Makes the folder if
/// there is none.
Result<> save_bans(const std::filesystem::path& path, const BanBook& book);

}  // namespace jetstream::daemon
