// SPDX-License-Identifier: MIT
//
// The repository as text, and the little reading of C++ that the checks need. Nothing is parsed
// properly: the checks are heuristics that the house style keeps right.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace jetstream::tidy {

struct SourceFile {
  std::string path;  ///< Relative to the root, with slashes.
  std::string text;

  bool is_cpp() const;
  bool is_under(std::string_view folder) const;  ///< `folder` ends with a slash.
};

using Tree = std::vector<SourceFile>;

/// Every text file that people maintain; corpora, vectors and build folders are left out.
Tree load_tree(const std::string& root);

std::vector<std::string_view> lines_of(std::string_view text);

/// The same text with comments and the insides of literals blanked, so that positions and line
/// numbers stay.
std::string code_only(std::string_view text);

/// "path:12" of a position in `text`.
std::string place(const SourceFile& file, std::size_t position);

/// Where `word` stands in `text` from `from` on, not as a part of a longer identifier in front;
/// npos if nowhere.
std::size_t find_word(std::string_view text, std::string_view word, std::size_t from = 0);

}  // namespace jetstream::tidy
