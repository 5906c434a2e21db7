// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>

#include "tidy/checks.h"

namespace jetstream::tidy {
namespace {

constexpr std::array<std::string_view, 8> kFolders = {
    "lib/", "tests/", "docs/", "daemon/", "config/", "systemd/", "packaging/", "cli/"};

/// Whether `name` looks like a path of this repository, without wildcards and placeholders.
bool is_path(std::string_view name) {
  const auto starts = [name](auto folder) { return name.starts_with(folder); };
  return std::any_of(kFolders.begin(), kFolders.end(), starts) &&
         name.find_first_of(" *<>{},") == std::string_view::npos;
}

bool exists(const Tree& tree, std::string_view name) {
  return std::any_of(tree.begin(), tree.end(), [name](const SourceFile& file) {
    if (!file.path.starts_with(name)) return false;
    return name.ends_with('/') || file.path.size() == name.size() || file.path[name.size()] == '/';
  });
}

}  // namespace

Findings check_named_paths(const Tree& tree) {
  Findings findings;
  for (const SourceFile& file : tree) {
    if (!file.path.ends_with(".md")) continue;
    std::size_t begin = file.text.find('`');
    while (begin != std::string::npos) {
      const std::size_t end = file.text.find('`', begin + 1);
      if (end == std::string::npos) break;
      const auto name = std::string_view(file.text).substr(begin + 1, end - begin - 1);
      if (is_path(name) && !exists(tree, name)) {
        findings.push_back(place(file, begin) + ": there is no " + std::string(name));
      }
      begin = file.text.find('`', end + 1);
    }
  }
  return findings;
}

}  // namespace jetstream::tidy
