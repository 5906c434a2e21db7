// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "jetstream/result.h"

namespace jetstream::jsctl {

/// Reads a list of bans as people and blocklists write it: a block a line, and behind a "#" or ";"
/// what is to be said about it. Lines without a block don't count. What comes back is for
/// ban.load_items. The message begins with the number of the line that is wrong.
Result<std::vector<std::string>> parse_ban_list(std::string_view text);

}  // namespace jetstream::jsctl
