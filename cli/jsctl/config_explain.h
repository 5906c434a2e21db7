// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "jsctl/args.h"

namespace jetstream::jsctl {

/// What a key of the configuration means, or which keys there are if `key` is a section or empty.
/// From the key table of this jsctl: no daemon needs to run. kNotFound names the nearest key.
Outcome explain_config(const std::string& key, const Invocation& invocation, std::size_t width);

}  // namespace jetstream::jsctl
