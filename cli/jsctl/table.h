// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace jetstream::jsctl {

/// How output is to look.
struct Layout {
  /// Columns of the terminal; 0: no limit, as when the output goes into a file.
  std::size_t width = 0;
  bool header = true;
};

struct Column {
  std::string title;
  bool right = false;  ///< Numbers line up at the right.
};

/// Characters as the terminal counts them, near enough: bytes that do not continue a UTF-8
/// sequence.
std::size_t width_of(const std::string& text);

/// Rows of text in aligned columns, two blanks apart. Where the width does not suffice, the columns
/// that stand last go first: put what matters most in front. The first column always stays.
class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// One cell a column; control characters in it are replaced.
  void add(std::vector<std::string> cells);
  std::string to_text(const Layout& layout) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace jetstream::jsctl
