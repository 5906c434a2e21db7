// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace jetstream::pages {

/// An option or an argument of a command line, as people and shells need to know it.
struct Option {
  std::vector<std::string> names;  ///< "-c", "--count"; of an argument its one name without dashes.
  std::string value;               ///< What follows, as "TIME"; empty for a switch.
  std::vector<std::string> choices;  ///< Words that the value is one of; empty if it is free.
  std::string help;
  std::string fallback;     ///< The default, if the help does not say it.
  std::string environment;  ///< The variable that is read instead, if there is one.
  bool required = false;
  bool repeatable = false;
};

/// A command, or the program itself: what it takes and the commands below it.
struct Command {
  std::string name;
  std::vector<std::string> aliases;
  std::string help;
  std::vector<Option> options;
  std::vector<Option> arguments;
  std::vector<Command> commands;
  std::string footer;
};

/// Whether the value names something in the file system, which shells complete by themselves.
bool is_file(const Option& option);
/// For shells that take words with stars and brackets for patterns of files.
std::string with_plain_patterns(std::string_view text);
std::string joined(const std::vector<std::string>& words, std::string_view between);

}  // namespace jetstream::pages
