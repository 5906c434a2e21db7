// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace jetstream::daemon {

/// config/jetstreamd.yaml: every key with its default, its range and what it means.
std::string default_config_text();

/// docs/CONFIG.md: the rules of the file and one table row for every key.
std::string config_reference();

/// The rules of the file, as "- " bullets of Markdown.
std::string_view config_rules();

}  // namespace jetstream::daemon
