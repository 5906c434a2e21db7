// SPDX-License-Identifier: MIT
#pragma once

#include "jetstream/config.h"
#include "jetstream/result.h"

namespace jetstream::endpoint {

/// kInvalidArgument naming what an endpoint can't work with.
Result<> check(const EndpointConfig& config);

/// As many slots as an endpoint may need with that configuration.
std::uint32_t slots_needed(const EndpointConfig& config);

}  // namespace jetstream::endpoint
