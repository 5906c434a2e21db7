// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "daemon/config/config_diagnostics.h"
#include "jetstream/control.h"

namespace jetstream::daemon {

/// What is wrong with a configuration, for the admin socket and for jsctl; at most as much as
/// anybody reads.
std::vector<control::ConfigProblemRow> problem_rows(const ConfigErrors& errors);

}  // namespace jetstream::daemon
