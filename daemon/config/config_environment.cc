// SPDX-License-Identifier: MIT
#include "daemon/config/config_environment.h"

#include <unistd.h>

#include <algorithm>

#include "base/closest_word.h"
#include "daemon/config/config_read_value.h"
#include "daemon/config/config_schema.h"

namespace jetstream::daemon {
namespace {

const KeySpec* key_of(const std::string& variable) {
  for (const KeySpec& key : key_table()) {
    if (environment_name(key.path) == variable) return &key;
  }
  return nullptr;
}

void unknown_variable(const std::string& variable, ConfigErrors& errors) {
  std::vector<std::string> names;
  for (const KeySpec& key : key_table()) {
    if (std::string name = environment_name(key.path); !name.empty()) names.push_back(name);
  }
  const std::string similar = base::closest_word(variable, names);
  errors.add({}, {Fault::kUnknownKey}, "no key of the configuration is called " + quote(variable),
             similar.empty() ? "such variables are named after keys: sessions.timeout is "
                               "JETSTREAMD__SESSIONS__TIMEOUT"
                             : "did you mean " + quote(similar) + "?");
}

}  // namespace

std::vector<std::pair<std::string, std::string>> configuration_environment() {
  std::vector<std::pair<std::string, std::string>> variables;
  for (char** entry = ::environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos || !text.starts_with(kEnvironmentPrefix)) continue;
    variables.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  std::sort(variables.begin(), variables.end());
  return variables;
}

std::string environment_name(std::string_view key) {
  const KeySpec* spec = find_key(key);
  if (spec == nullptr || spec->type == ValueType::kNamedItems || spec->type == ValueType::kItems ||
      key == "version" || key.find_first_of("*[") != std::string_view::npos) {
    return {};
  }
  std::string name(kEnvironmentPrefix);
  for (const char c : key) {
    if (c == '.') {
      name += "__";
    } else {
      name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
  }
  return name;
}

void read_environment(const std::vector<std::pair<std::string, std::string>>& variables,
                      const std::filesystem::path& directory, Config& config,
                      ConfigErrors& errors) {
  ValueReader values(directory, errors);
  for (const auto& [variable, text] : variables) {
    errors.where = "env:" + variable;
    const KeySpec* key = key_of(variable);
    if (key == nullptr) {
      unknown_variable(variable, errors);
      continue;
    }
    const YamlNode node{.kind = YamlNode::Kind::kScalar, .position = {}, .text = text};
    Value value;
    if (!values.read(*key, node, std::string(key->path), value)) continue;
    key->store(config, value);
    config.origins[std::string(key->path)] = errors.where;
  }
  errors.where.clear();
}

}  // namespace jetstream::daemon
