// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
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
  /// What set the value, if it does not stand in the file: "env:NAME" or "--listen".
  std::string where{};
};

/// Everything that is wrong with a configuration, in the order of the file.
struct ConfigErrors {
  std::string file;
  /// Empty if the file could not be read; then the positions mean nothing either.
  std::string source;
  std::vector<Diagnostic> list;
  /// Goes into the `where` of all that is added while it is set.
  std::string where{};

  void add(Position position, std::string what, std::string help = {}, bool hide_source = false);
  void sort();
  /// `FILE:LINE:COLUMN`, with the column in characters, or what stands for it.
  std::string place_of(const Diagnostic& error) const;
  /// From which character of its line to which (that one not included), from 1.
  std::pair<std::size_t, std::size_t> columns_of(const Diagnostic& error) const;
  /// The source line with carets below, two lines; empty if there is none to show.
  std::string excerpt_of(const Diagnostic& error) const;
  /// What people read: `FILE:LINE:COLUMN: error: what`, the source line with carets, `help:`. Shows
  /// the first 20 and says how many there are.
  std::string text() const;
};

}  // namespace jetstream::daemon
