// SPDX-License-Identifier: MIT
#include "jsctl/facts.h"

#include <algorithm>

namespace jetstream::jsctl {

std::string printable_lines(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    out += printable(text.substr(0, end)) + '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string number(std::uint64_t value) { return std::to_string(value); }

std::string counts(const control::NamedCounts& named) {
  std::string text;
  for (const auto& [name, count] : named) {
    if (count == 0) continue;
    text += (text.empty() ? "" : ", ") + name + ' ' + number(count);
  }
  return text.empty() ? "none" : text;
}

std::string join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text.empty() ? "-" : text;
}

std::string traffic(std::uint64_t bytes, std::uint64_t count, const std::string& unit) {
  return human_bytes(bytes) + " in " + number(count) + ' ' + unit;
}

}  // namespace jetstream::jsctl
