// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace jetstream::pages {

/// jetstreamd.yaml(5): the rules of the configuration file and every key, from the key table.
std::string config_page();

}  // namespace jetstream::pages
