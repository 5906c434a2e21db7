// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "jsctl/problem.h"
#include "jsctl/table.h"

namespace jetstream::jsctl {

/// How rows of any kind are shown when not all in the way that their command has for people.
struct ColumnChoice {
  std::vector<std::string> columns;  ///< All fields there are, if none is named.
  bool raw = false;                  ///< Numbers as they are, without units.
};

/// `items`, JSON objects, as a table whose columns are called like their fields, but for units of
/// time, which stand in the cells alone. A problem if a column is named that the items have not.
Result<std::string, Problem> columns_of(const std::vector<std::string>& items,
                                        const ColumnChoice& choice, const Layout& layout);

/// The same as RFC 4180 has it, with the names and the values that the fields have.
Result<std::string, Problem> csv_of(const std::vector<std::string>& items,
                                    const ColumnChoice& choice, bool header);

}  // namespace jetstream::jsctl
