// SPDX-License-Identifier: MIT
#pragma once

#include "pages/program.h"

namespace CLI {
class App;
}

namespace jetstream::pages {

/// What a command line of CLI11 takes, in plain values.
Command describe(const CLI::App& app);

}  // namespace jetstream::pages
