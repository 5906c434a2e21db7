// SPDX-License-Identifier: MIT
#include "pages/program.h"

namespace jetstream::pages {

bool is_file(const Option& option) {
  return option.value == "FILE" || option.value == "PATH" || option.value == "DIR";
}

std::string with_plain_patterns(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view("*?[]").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string out;
  for (const std::string& word : words) {
    if (!out.empty()) out += between;
    out += word;
  }
  return out;
}

}  // namespace jetstream::pages
