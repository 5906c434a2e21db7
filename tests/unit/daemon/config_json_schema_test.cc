// SPDX-License-Identifier: MIT
//
// The JSON Schema against the key table and against files that the loader takes and refuses.
#include "daemon/config/config_json_schema.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>

#include "daemon/config/config.h"
#include "daemon/config/config_docs.h"
#include "daemon/config/config_schema.h"
#include "daemon/config/config_yaml.h"

using namespace jetstream::daemon;
using nlohmann::json;

namespace {

json schema() { return json::parse(config_json_schema()); }

// A scalar as YAML 1.2 sees it.
json scalar(const YamlNode& node) {
  const std::string& text = node.text;
  if (node.quoted) return text;
  if (text == "true" || text == "false") return text == "true";
  if (std::regex_match(text, std::regex("-?[0-9]+"))) return json::parse(text);
  return text;
}

json to_json(const YamlNode& node) {
  json value;
  switch (node.kind) {
    case YamlNode::Kind::kNull:
      return nullptr;
    case YamlNode::Kind::kScalar:
      return scalar(node);
    case YamlNode::Kind::kList:
      value = json::array();
      for (const YamlNode& item : node.items) value.push_back(to_json(item));
      return value;
    case YamlNode::Kind::kMap:
      value = json::object();
      for (const auto& [key, item] : node.entries) value[key.text] = to_json(item);
      return value;
  }
  return value;
}

json parsed(const std::string& text) {
  ConfigErrors errors{.file = "t", .source = text, .list = {}};
  const auto root = parse_yaml(text, errors);
  REQUIRE(root.has_value());
  return to_json(*root);
}

bool has_type(const json& value, const std::string& type) {
  return (type == "null" && value.is_null()) || (type == "object" && value.is_object()) ||
         (type == "array" && value.is_array()) || (type == "string" && value.is_string()) ||
         (type == "boolean" && value.is_boolean()) ||
         (type == "integer" && value.is_number_integer());
}

bool fits(const json& rule, const json& value);

bool fits_object(const json& rule, const json& value) {
  for (const auto& name : rule.value("required", json::array())) {
    if (!value.contains(name.get<std::string>())) return false;
  }
  if (value.size() > rule.value("maxProperties", std::size_t{1000})) return false;
  const json properties = rule.value("properties", json::object());
  for (const auto& [name, member] : value.items()) {
    const json& other = rule.at("additionalProperties");
    if (properties.contains(name) ? !fits(properties[name], member)
                                  : other.is_boolean() || !fits(other, member)) {
      return false;
    }
  }
  return true;
}

bool fits_list(const json& rule, const json& value) {
  if (value.size() < rule.value("minItems", std::size_t{0})) return false;
  if (value.size() > rule.value("maxItems", std::size_t{100000})) return false;
  return std::all_of(value.begin(), value.end(),
                     [&](const json& item) { return fits(rule.at("items"), item); });
}

bool fits_scalar(const json& rule, const json& value) {
  if (value.is_string()) {
    const std::string& text = value.get_ref<const std::string&>();
    if (rule.contains("pattern") &&
        !std::regex_search(text, std::regex(rule["pattern"].get<std::string>()))) {
      return false;
    }
    return text.size() >= rule.value("minLength", std::size_t{0});
  }
  if (!value.is_number_integer()) return true;
  const std::int64_t number = value.get<std::int64_t>();
  return (!rule.contains("minimum") || number >= rule["minimum"].get<std::int64_t>()) &&
         (!rule.contains("maximum") || number <= rule["maximum"].get<std::int64_t>());
}

// As much of draft 2020-12 as the schema uses.
bool fits(const json& rule, const json& value) {
  if (rule.contains("anyOf")) {
    return std::any_of(rule["anyOf"].begin(), rule["anyOf"].end(),
                       [&](const json& one) { return fits(one, value); });
  }
  if (rule.contains("const")) return value == rule["const"];
  if (rule.contains("enum")) {
    return std::find(rule["enum"].begin(), rule["enum"].end(), value) != rule["enum"].end();
  }
  const json types = rule.at("type").is_array() ? rule["type"] : json::array({rule["type"]});
  const bool typed = std::any_of(types.begin(), types.end(), [&](const json& type) {
    return has_type(value, type.get<std::string>());
  });
  if (!typed) return false;
  if (value.is_object()) return fits_object(rule, value);
  return value.is_array() ? fits_list(rule, value) : fits_scalar(rule, value);
}

// The rule of a key of the table.
json rule_of(std::string_view path) {
  json rule = schema();
  std::istringstream words{std::string(path)};
  for (std::string word; std::getline(words, word, '.');) {
    const bool list = word.ends_with("[]");
    if (list) word.resize(word.size() - 2);
    // Through a copy: what is assigned lies in what it is assigned to.
    json next = word == "*" ? rule.at("additionalProperties") : rule.at("properties").at(word);
    rule = list ? next.at("items") : next;
  }
  return rule;
}

}  // namespace

TEST_CASE("the schema has every key of the table, with what it means") {
  CHECK(schema().at("$schema") == "https://json-schema.org/draft/2020-12/schema");
  std::size_t described = 0;
  for (const KeySpec& key : key_table()) {
    INFO(key.path);
    const json rule = rule_of(key.path);
    CHECK(rule.at("description").get<std::string>().starts_with(key.doc));
    ++described;
  }
  CHECK(described == key_table().size());
}

TEST_CASE("the defaults in the schema fit it") {
  std::size_t defaults = 0;
  for (const KeySpec& key : key_table()) {
    INFO(key.path);
    const json rule = rule_of(key.path);
    if (!rule.contains("default")) continue;
    CHECK(fits(rule, rule["default"]));
    ++defaults;
  }
  CHECK(defaults > 30);
}

TEST_CASE("the profiles that are shipped and the generated example fit the schema") {
  const json rule = schema();
  CHECK(fits(rule, parsed(default_config_text())));
  CHECK(fits(rule, parsed("version: 1\n")));
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(JS_SOURCE_DIR) + "/config")) {
    std::ostringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    INFO(entry.path());
    CHECK(fits(rule, parsed(text.str())));
  }
}

TEST_CASE("what the loader refuses for its shape does not fit the schema") {
  const json rule = schema();
  for (const char* wrong :
       {"sessions: {max: 3}\n", "version: 2\n", "version: 1\nsesions: {}\n",
        "version: 1\nsessions: {timeout: 30}\n", "version: 1\nsessions: {timeout: 30sec}\n",
        "version: 1\nsessions: {max_data: 4M}\n", "version: 1\nsessions: {max: 0}\n",
        "version: 1\nserver: {listen: []}\n", "version: 1\nserver: {workers: 65}\n",
        "version: 1\nlog: {level: verbose}\n", "version: 1\nservices: {echo: {}}\n",
        "version: 1\nservices: {echo: {type: echo, zzz: 1}}\n",
        "version: 1\nadmin: {access: [{user: a}]}\n", "version: 1\nadmin: {access: {}}\n",
        "version: 1\nsessions: {heartbeat_enabled: 1}\n",
        "version: 1\nadmin: {socket: {mode: \"660\"}}\n"}) {
    INFO(wrong);
    CHECK_FALSE(load_config_text("/t.yaml", wrong).has_value());
    CHECK_FALSE(fits(rule, parsed(wrong)));
  }
  for (const char* right :
       {"version: 1\nlimits: {session: {messages_per_second: off}}\n",
        "version: 1\nserver: {workers: auto}\n", "version: 1\nserver: {workers: 64}\n",
        "version: 1\nserver: {listen: [\"127.0.0.1:1\", \"[::1]:2\"]}\n",
        "version: 1\nservices: {a: {type: sink, early_data: true}}\n",
        "version: 1\nadmin: {access: [{group: 100, role: read}]}\n",
        "version: 1\nsessions: {timeout: 1m30s}\n"}) {
    INFO(right);
    CHECK(load_config_text("/t.yaml", right).has_value());
    CHECK(fits(rule, parsed(right)));
  }
}
