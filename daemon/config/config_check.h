// SPDX-License-Identifier: MIT
#pragma once

#include "daemon/config/config.h"

namespace jetstream::daemon {

/// What is right by itself but not together goes to `errors`, at the key that is the likelier
/// mistake.
void check_together(const Config& config, ConfigErrors& errors);

/// Adds an error or warning at the first of `keys` that somebody set, in the file or elsewhere.
void add_error_at(const Config& config, std::initializer_list<std::string> keys, Fault fault,
                  std::string what, std::string help, ConfigErrors& errors);

/// What works but is hardly meant so goes to `errors` as warnings.
void look_over(const Config& config, ConfigErrors& errors);

}  // namespace jetstream::daemon
