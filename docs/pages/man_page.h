// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pages/program.h"

namespace jetstream::pages {

/// What a manual page says besides what the command line itself tells. Texts are Markdown of
/// paragraphs, "- " bullets and examples indented by four.
struct Notes {
  int section = 1;
  std::string_view manual;
  std::string_view description;
  std::string_view files;
  std::string_view examples;
  std::string_view see_also;
  std::vector<std::pair<std::string_view, std::string_view>> signals{};  ///< Name and meaning.
};

/// The manual page of a program.
std::string man_page(const Command& program, const Notes& notes);

}  // namespace jetstream::pages
