// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace jetstream::daemon {

/// config/jetstreamd.yaml: every key with its default, its range and what it means.
std::string default_config_text();

/// docs/CONFIG.md: the rules of the file and one table row for every key.
std::string config_reference();

}  // namespace jetstream::daemon
