// SPDX-License-Identifier: MIT
#pragma once

#include <ostream>
#include <string>

namespace jetstream::jscat {

/// What connects the program with whoever started it.
struct Console {
  int in = 0;
  int out = 1;
  /// Figures and answers; the same place as `out`.
  std::ostream& results;
  /// Everything that is not data.
  std::ostream& notes;

  /// Puts a question that only a typed "yes" agrees to. Always no where `in` is no terminal.
  bool agrees(const std::string& question) const;
  bool is_interactive() const;
};

}  // namespace jetstream::jscat
