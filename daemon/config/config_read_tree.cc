// SPDX-License-Identifier: MIT
#include "daemon/config/config_read_tree.h"

#include <algorithm>

#include "base/closest_word.h"
#include "daemon/config/config_read_value.h"
#include "daemon/config/config_schema.h"
#include "daemon/config/config_values.h"

namespace jetstream::daemon {
namespace {

using Kind = YamlNode::Kind;

// The same path with a dot between; `section` may be the top.
std::string join(const std::string& section, const std::string& name) {
  return section.empty() ? name : section + "." + name;
}

class TreeReader {
 public:
  TreeReader(const std::filesystem::path& directory, Config base, ConfigErrors& errors)
      : values_(directory, errors), config_(std::move(base)), errors_(errors) {}

  Config read(const YamlNode& root) {
    if (root.kind != Kind::kMap) {
      errors_.add(root.position, {Fault::kWrongKind}, "a configuration is a map of keys",
                  "start with \"version: 1\"");
      return std::move(config_);
    }
    check_version_first(root);
    read_section(root, "", "", {});
    return std::move(config_);
  }

 private:
  // `path` names a row of the table, `place` the concrete key: services.*.type, services.echo.type.
  void read_section(const YamlNode& map, const std::string& path, const std::string& place,
                    const Value& item) {
    for (const auto& [key, value] : map.entries) {
      const std::string key_path = join(path, key.text);
      const std::string key_place = join(place, key.text);
      // The table writes items as "*" and "[]": nobody else may.
      const bool plain = key.text.find_first_of(".[*") == std::string::npos;
      const KeySpec* spec = plain ? find_key(key_path) : nullptr;
      if (spec != nullptr) {
        remember(key_place, value.kind == Kind::kNull ? key.position : value.position);
        read_key(*spec, key, value, key_place, item);
      } else if (plain && is_section(key_path)) {
        // A section whose keys are all commented out says nothing, which is fine.
        if (value.kind == Kind::kNull) continue;
        if (value.kind != Kind::kMap) {
          errors_.add(value.position, {Fault::kWrongKind, key_place},
                      quote(key_place) + " holds keys, not a value",
                      "the keys are " + list_names(names_in(key_path)));
        } else {
          read_section(value, key_path, key_place, item);
        }
      } else {
        unknown_key(key, path, place);
      }
    }
    for (const KeySpec& spec : key_table()) {
      const std::size_t dot = spec.path.rfind('.');
      if (!spec.required || path.empty() || spec.path.substr(0, dot) != path) continue;
      const std::string name(spec.path.substr(dot + 1));
      if (config_.positions.contains(join(place, name))) continue;
      errors_.add(map.position, {Fault::kMissingKey, join(place, name)},
                  quote(place) + " needs the key " + quote(name), describe_type(spec));
    }
  }

  void read_key(const KeySpec& spec, const YamlNode& key, const YamlNode& node,
                const std::string& place, const Value& item) {
    if (!expect_value(key, node, place)) return;
    config_.origins[place] = errors_.file + ":" + std::to_string(key.position.line);
    if (spec.type == ValueType::kNamedItems) return read_named_items(spec, node, place);
    if (spec.type == ValueType::kItems) return read_items(spec, node, place);
    Value value = item;
    if (values_.read(spec, node, place, value)) spec.store(config_, value);
  }

  void read_named_items(const KeySpec& spec, const YamlNode& node, const std::string& place) {
    const std::string path(spec.path);
    if (node.kind != Kind::kMap) {
      return errors_.add(node.position, {Fault::kWrongKind, place},
                         quote(place) + " is a map of names", "such as echo: {type: echo}");
    }
    spec.store(config_, {});
    values_.check_count(spec, node.entries.size(), node, place);
    for (const auto& [key, value] : node.entries) {
      const bool printable_ascii = std::all_of(key.text.begin(), key.text.end(),
                                               [](char c) { return c > 0x20 && c < 0x7f; });
      if (key.text.empty() || key.text.size() > 63 || !printable_ascii) {
        errors_.add(key.position, {Fault::kInvalidValue, place},
                    quote(key.text) + " can't be a name in " + quote(place),
                    "names are 1 to 63 printable ASCII characters without blanks");
        continue;
      }
      const std::string item_place = join(place, key.text);
      if (!expect_value(key, value, item_place)) continue;
      if (value.kind != Kind::kMap) {
        errors_.add(value.position, {Fault::kWrongKind, item_place},
                    quote(item_place) + " holds keys, not a value",
                    "the keys are " + list_names(names_in(path + ".*")));
        continue;
      }
      Value item;
      item.item_name = key.text;
      read_section(value, path + ".*", item_place, item);
    }
  }

  void read_items(const KeySpec& spec, const YamlNode& node, const std::string& place) {
    const std::string path(spec.path);
    if (node.kind != Kind::kList) {
      return errors_.add(node.position, {Fault::kWrongKind, place}, quote(place) + " is a list",
                         "write [] or items that start with \"- \"");
    }
    spec.store(config_, {});
    values_.check_count(spec, node.items.size(), node, place);
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      const std::string item_place = place + "[" + std::to_string(i) + "]";
      if (node.items[i].kind != Kind::kMap) {
        errors_.add(node.items[i].position, {Fault::kWrongKind, item_place},
                    quote(item_place) + " holds keys, not a value",
                    "the keys are " + list_names(names_in(path + "[]")));
        continue;
      }
      remember(item_place, node.items[i].position);
      Value item;
      item.item_index = i;
      read_section(node.items[i], path + "[]", item_place, item);
    }
  }

  bool expect_value(const YamlNode& key, const YamlNode& value, const std::string& place) {
    if (value.kind != Kind::kNull) return true;
    errors_.add(key.position, {Fault::kMissingValue, place}, quote(key.text) + " has no value",
                "leave the key out for its default; check the indentation of what follows");
    return false;
  }

  void check_version_first(const YamlNode& root) {
    if (!root.entries.empty() && root.entries.front().first.text == "version") return;
    const Position at = root.entries.empty() ? root.position : root.entries.front().first.position;
    errors_.add(at, {Fault::kMissingKey, "version"}, "the first key must be \"version\"",
                "start with \"version: 1\"");
  }

  void unknown_key(const YamlNode& key, const std::string& path, const std::string& place) {
    std::string what = "unknown key " + quote(key.text);
    if (!place.empty()) what += " in " + quote(place);
    const std::vector<std::string> siblings = names_in(path);
    std::string help;
    if (const std::string inside = nested(key.text); path.empty() && !inside.empty()) {
      help = "sections are nested: " + inside;
    } else if (const std::string similar = base::closest_word(key.text, siblings);
               !similar.empty()) {
      help = "did you mean " + quote(similar) + "?";
    } else if (const std::string home = section_of(key.text); !home.empty()) {
      help = quote(key.text) + " belongs into " + quote(home);
    } else {
      help = "the keys here are " + list_names(siblings);
    }
    errors_.add(key.position, {Fault::kUnknownKey, join(place, key.text)}, what, help);
  }

  // "access: {deny: ...}" for the key "access.deny"; empty if there is none.
  static std::string nested(std::string_view dotted) {
    if (dotted.find('.') == std::string_view::npos) return {};
    if (find_key(dotted) == nullptr && !is_section(dotted)) return {};
    std::string out;
    std::string end;
    for (std::size_t dot = dotted.find('.'); dot != std::string_view::npos;
         dot = dotted.find('.')) {
      out += std::string(dotted.substr(0, dot)) + ": {";
      end += "}";
      dotted.remove_prefix(dot + 1);
    }
    return out + std::string(dotted) + ": ..." + end;
  }

  // The section that has a key of this name, where the key could have been meant to stand.
  static std::string section_of(std::string_view name) {
    for (const KeySpec& spec : key_table()) {
      const std::size_t dot = spec.path.rfind('.');
      if (dot != std::string_view::npos && spec.path.substr(dot + 1) == name &&
          spec.path.find_first_of("*[") == std::string_view::npos) {
        return std::string(spec.path.substr(0, dot));
      }
    }
    return {};
  }

  void remember(const std::string& place, Position position) {
    config_.positions.emplace(place, position);
  }

  ValueReader values_;
  Config config_;
  ConfigErrors& errors_;
};

}  // namespace

Config read_tree(const YamlNode& root, const std::filesystem::path& directory, Config base,
                 ConfigErrors& errors) {
  return TreeReader(directory, std::move(base), errors).read(root);
}

}  // namespace jetstream::daemon
