// SPDX-License-Identifier: MIT
#include "daemon/config/config_json_schema.h"

#include <string_view>
#include <utility>
#include <vector>

#include "daemon/config/config_schema.h"

namespace jetstream::daemon {
namespace {

using T = ValueType;

std::string in_json(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string limits(std::string_view least, std::string_view most, const KeySpec& key) {
  return ", " + in_json(least) + ": " + std::to_string(key.min) + ", " + in_json(most) + ": " +
         std::to_string(key.max);
}

std::string matching(std::string_view pattern) {
  return R"("type": "string", "pattern": )" + in_json(pattern);
}

/// One address or block alone, or a list of them.
std::string one_or_list(const KeySpec& key) {
  return R"("type": ["string", "array"], "items": {"type": "string"})" +
         limits("minItems", "maxItems", key);
}

std::string choices(const KeySpec& key) {
  std::string out;
  for (const std::string& word : split_choices(key.choices)) {
    out += (out.empty() ? "" : ", ") + in_json(word);
  }
  return "\"enum\": [" + out + "]";
}

/// What a value has to be, without the braces.
std::string constraint(const KeySpec& key) {
  switch (key.type) {
    case T::kInteger:
    case T::kIntegerOrAuto:
      return R"("type": "integer")" + limits("minimum", "maximum", key);
    case T::kBoolean:
      return R"("type": "boolean")";
    case T::kDuration:
      return matching("^([0-9]+(us|ms|s|m|h|d))+$");
    case T::kSize:
      return matching("^[0-9]+(B|KiB|MiB|GiB|kB|MB|GB)$");
    case T::kChoice:
      return choices(key);
    case T::kPath:
    case T::kAddressOrSocket:
      return R"("type": "string", "minLength": 1)";
    case T::kName:
      return R"("type": ["string", "integer"])";
    case T::kFileMode:
      return matching("^0[0-7]{3}$");
    case T::kAddresses:
    case T::kAddressBlocks:
      return one_or_list(key);
    case T::kNamedItems:
      return R"("type": "object")"
             ", \"maxProperties\": " +
             std::to_string(key.max);
    case T::kItems:
      return R"("type": "array")" + limits("minItems", "maxItems", key);
  }
  return {};
}

/// The default, where it is a value of JSON when it stands in quotes or as it is; maps are not.
std::string default_of(const KeySpec& key) {
  const std::string_view text = key.default_text;
  if (text.empty() || text.starts_with('{') || text.starts_with("[{")) return {};
  const bool plain = text.starts_with('"') || text.starts_with('[') || key.type == T::kInteger ||
                     key.type == T::kBoolean;
  return ", \"default\": " + (plain && text != "off" ? std::string(text) : in_json(text));
}

class SchemaWriter {
 public:
  std::string write() {
    out_ =
        "{\n"
        "  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n"
        "  \"title\": \"Configuration of jetstreamd " JS_VERSION "\",\n";
    section("", 1);
    return out_ + "}\n";
  }

 private:
  void line(std::size_t depth, const std::string& text) {
    out_ += std::string(2 * depth, ' ') + text;
  }

  /// The members of an object whose keys stand below `path`. `may_be_null`: with all of them
  /// commented out nothing is left of it.
  void section(const std::string& path, std::size_t depth, bool may_be_null = false) {
    const std::vector<std::string> names = names_in(path);
    std::string required;
    line(depth, may_be_null ? "\"type\": [\"object\", \"null\"],\n" : "\"type\": \"object\",\n");
    line(depth, "\"additionalProperties\": false,\n");
    line(depth, "\"properties\": {\n");
    bool first = true;
    for (const std::string& name : names) {
      if (name == "*") continue;
      const std::string below = path.empty() ? name : path + "." + name;
      if (!std::exchange(first, false)) out_ += ",\n";
      const KeySpec* key = find_key(below);
      if (key != nullptr && key->required)
        required += (required.empty() ? "" : ", ") + in_json(name);
      if (key != nullptr) {
        value(*key, name, depth + 1);
      } else {
        line(depth + 1, in_json(name) + ": {\n");
        section(below, depth + 2, true);
        line(depth + 1, "}");
      }
    }
    out_ += "\n";
    line(depth, required.empty() ? "}\n" : "},\n");
    if (!required.empty()) line(depth, "\"required\": [" + required + "]\n");
  }

  void value(const KeySpec& key, const std::string& name, std::size_t depth) {
    std::string what = constraint(key);
    const bool automatic = key.type == T::kIntegerOrAuto;
    if (key.may_be_off || automatic) {
      what = "\"anyOf\": [{" + what + "}, {\"const\": \"" + (automatic ? "auto" : "off") + "\"}]";
    }
    line(depth, in_json(name) + ": {\n");
    line(depth + 1, "\"description\": " +
                        in_json(std::string(key.doc) + " A change takes hold " +
                                describe_reload(key.reload) + ".") +
                        ",\n");
    line(depth + 1, what + default_of(key));
    if (key.type == T::kNamedItems || key.type == T::kItems) items(key, depth + 1);
    out_ += "\n";
    line(depth, "}");
  }

  void items(const KeySpec& holder, std::size_t depth) {
    const bool named = holder.type == T::kNamedItems;
    out_ += ",\n";
    line(depth, std::string(named ? "\"additionalProperties\"" : "\"items\"") + ": {\n");
    section(std::string(holder.path) + (named ? ".*" : "[]"), depth + 1);
    line(depth, "}");
  }

  std::string out_;
};

}  // namespace

std::string config_json_schema() { return SchemaWriter().write(); }

}  // namespace jetstream::daemon
