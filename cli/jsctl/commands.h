// SPDX-License-Identifier: MIT
#pragma once

#include "jsctl/args.h"

namespace jetstream::jsctl {

/// Asks the daemon and says what to print. `width` is the terminal's, 0 if the output is none.
Outcome run(const Invocation& invocation, std::size_t width);

}  // namespace jetstream::jsctl
