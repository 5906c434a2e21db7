// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/printable.h"

namespace jetstream::daemon {

using base::printable;
using base::quote;
using base::utf8_length;

/// A place in a text: line and column count from 1, `length` and `column` in bytes.
struct Position {
  std::size_t line = 1;
  std::size_t column = 1;
  std::size_t length = 1;
};

/// One thing that is wrong with a configuration.
struct Diagnostic {
  Position position;
  std::string what;
  std::string help;  ///< Empty where there is nothing to advise.
  /// The line holds a secret: it is not shown.
  bool hide_source = false;
};

/// Everything that is wrong with a configuration, in the order of the file.
struct ConfigErrors {
  std::string file;
  /// Empty if the file could not be read; then the positions mean nothing either.
  std::string source;
  std::vector<Diagnostic> list;

  void add(Position position, std::string what, std::string help = {}, bool hide_source = false);
  void sort();
  /// What people read: `FILE:LINE:COLUMN: error: what`, the source line with carets, `help:`. Shows
  /// the first 20 and says how many there are.
  std::string text() const;
};

}  // namespace jetstream::daemon
