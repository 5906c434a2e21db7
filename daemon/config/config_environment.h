// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/config/config.h"

namespace jetstream::daemon {

/// JETSTREAMD__SESSIONS__TIMEOUT=30s is sessions.timeout: for containers, whose environment is
/// easier to change than their files. Values are written as in the file; lists can't be.
inline constexpr std::string_view kEnvironmentPrefix = "JETSTREAMD__";

/// The variables of this process that begin so.
std::vector<std::pair<std::string, std::string>> configuration_environment();

/// Stores what the variables say into `config`; relative paths start at `directory`. What is wrong
/// goes to `errors`, and so do variables that name no key.
void read_environment(const std::vector<std::pair<std::string, std::string>>& variables,
                      const std::filesystem::path& directory, Config& config, ConfigErrors& errors);

/// "JETSTREAMD__SESSIONS__TIMEOUT"; empty for keys that stand in lists and maps or hold them.
std::string environment_name(std::string_view key);

}  // namespace jetstream::daemon
