// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/config/config_diagnostics.h"

namespace jetstream::daemon {

/// One value of a configuration file and where it stands.
struct YamlNode {
  enum class Kind { kScalar, kNull, kList, kMap };
  Kind kind = Kind::kNull;
  Position position;
  std::string text{};   ///< Of a scalar.
  bool quoted = false;  ///< The scalar was written in quotes or as a block.
  std::vector<YamlNode> items{};
  /// In the order of the file, without duplicates. Keys are scalars.
  std::vector<std::pair<YamlNode, YamlNode>> entries{};
};

/// Largest configuration and deepest nesting that are read.
inline constexpr std::size_t kConfigBytesMax = 1024 * 1024;
inline constexpr std::size_t kConfigDepthMax = 16;

/// Reads the subset of YAML that a configuration is written in: one document of UTF-8, no anchors,
/// aliases, tags, merge keys or duplicate keys. Adds everything that is wrong to `errors`; nothing
/// comes back if the text is no YAML at all.
std::optional<YamlNode> parse_yaml(std::string_view source, ConfigErrors& errors);

}  // namespace jetstream::daemon
