// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "jetstream/result.h"

namespace jetstream::control {

/// One field of an item or a report, whatever kind of item it is.
struct Field {
  std::string name;
  bool absent = false;  ///< null.
  bool number = false;
  /// The text of a string, the digits of a number; of a list its texts and numbers with commas
  /// between, and JSON where it has more than those.
  std::string text;
};

/// The fields of an item or report, in the order in which they were written.
Result<std::vector<Field>> read_fields(std::string_view data);

}  // namespace jetstream::control
