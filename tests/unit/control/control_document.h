// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace jetstream::control {

/// docs/CONTROL.md as the table of commands and the fields of the answers have it.
std::string control_document();

}  // namespace jetstream::control
