// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>

#include "daemon/config/config.h"
#include "daemon/config/config_yaml.h"

namespace jetstream::daemon {

/// Walks the tree of a configuration file along the key table and stores what it finds over `base`.
/// The result is only good if nothing was added to `errors`.
Config read_tree(const YamlNode& root, const std::filesystem::path& directory, Config base,
                 ConfigErrors& errors);

}  // namespace jetstream::daemon
