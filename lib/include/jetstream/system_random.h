// SPDX-License-Identifier: MIT
#pragma once

#include "jetstream/random.h"

namespace jetstream {

/// The randomness of this machine, for Endpoint::create() and Identity::generate(). Lives as long
/// as the process. Thread-safe.
RandomSource& system_random();

}  // namespace jetstream
