// SPDX-License-Identifier: MIT
#include "daemon/config/key_lines.h"

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <system_error>

#include "daemon/config/read_file.h"

namespace jetstream::daemon {
namespace {

// Room for some ten thousand keys; a larger file is another one.
constexpr std::size_t kKeyLinesBytesMax = 1024 * 1024;

}  // namespace

Result<KeyLines> read_key_lines(const std::filesystem::path& path) {
  auto text = read_file(path, kKeyLinesBytesMax);
  if (!text) {
    return refuse(LocalCode::kSystem, "cannot read the keys in " + path.string() + ": " +
                                          std::generic_category().message(errno));
  }
  if (text->size() > kKeyLinesBytesMax)
    return refuse(LocalCode::kBadKey, path.string() + " is larger than 1 MiB");
  KeyLines lines;
  std::string_view rest = *text;
  for (std::size_t number = 1; !rest.empty(); ++number) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.find_first_not_of(" \t") == std::string_view::npos || line.starts_with('#')) continue;
    auto key = parse_key_line(line);
    if (!key)
      return refuse(LocalCode::kBadKey,
                    path.string() + ":" + std::to_string(number) + ": " + key.error().message);
    lines.keys.push_back(*key);
  }
  if (lines.keys.empty())
    return refuse(LocalCode::kBadKey, path.string() + " holds no key; nobody could connect");
  lines.text = *std::move(text);
  return lines;
}

}  // namespace jetstream::daemon
