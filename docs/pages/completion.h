// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "pages/program.h"

namespace jetstream::pages {

/// A value that a running system knows: `command` prints one line for each, and the first word of
/// the line is the value.
struct LiveValue {
  std::string value;  ///< As in Option::value.
  std::string command;
};

/// What a shell reads to complete the command line of a program. Where no value is live, `live` has
/// an empty value.
std::string bash_completion(const Command& program, const LiveValue& live);
std::string zsh_completion(const Command& program, const LiveValue& live);
std::string fish_completion(const Command& program, const LiveValue& live);

}  // namespace jetstream::pages
