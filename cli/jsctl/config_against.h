// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "jsctl/args.h"

namespace jetstream::jsctl {

/// `config diff FILE`: what would change if `file` took the place of the running daemon's own. It
/// is read here, with the rights of whoever asks, and compared as if it stood where that one
/// stands. What the daemon's environment or command line has set stays: no file changes it.
Outcome diff_with(const std::string& file, const Invocation& invocation);

}  // namespace jetstream::jsctl
