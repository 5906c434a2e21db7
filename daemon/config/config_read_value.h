// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/config/config_schema.h"
#include "daemon/config/config_values.h"
#include "daemon/config/config_yaml.h"

namespace jetstream::daemon {

/// Turns the node of one key into a Value, checked against the key's row. What is wrong goes to the
/// errors.
class ValueReader {
 public:
  /// Relative paths start at `directory`.
  ValueReader(std::filesystem::path directory, ConfigErrors& errors)
      : directory_(std::move(directory)), errors_(errors) {}

  /// False if there is no usable value. `place` is the key's name in messages.
  bool read(const KeySpec& spec, const YamlNode& node, const std::string& place, Value& value);
  /// Complains if a list or map has too few or too many entries.
  void check_count(const KeySpec& spec, std::size_t count, const YamlNode& node,
                   const std::string& place);

 private:
  /// One value or a list of them, each read by `parse` and put into `list`, where none may stand
  /// twice unless `may_repeat`.
  template <class T, class Parse, class MayRepeat>
  bool read_list(const KeySpec& spec, const YamlNode& node, const std::string& place,
                 std::vector<T>& list, Parse parse, MayRepeat may_repeat);
  bool read_scalar(const KeySpec& spec, const YamlNode& node, const std::string& place,
                   Value& value);
  bool read_number(const KeySpec& spec, const YamlNode& node, const std::string& place,
                   Value& value);
  bool read_choice(const KeySpec& spec, const YamlNode& node, const std::string& place,
                   Value& value);
  bool read_path(const KeySpec& spec, const YamlNode& node, const std::string& place, Value& value);
  bool read_address_or_socket(const KeySpec& spec, const YamlNode& node, const std::string& place,
                              Value& value);
  bool check_length(const KeySpec& spec, const YamlNode& node, const std::string& place);
  bool check_scalar(const YamlNode& node, const std::string& place);
  bool add(const YamlNode& node, const ValueError& error, const KeySpec& spec,
           Fault fault = Fault::kInvalidValue);

  std::filesystem::path directory_;
  ConfigErrors& errors_;
  std::string key_;  // of the value that is being read
};

/// "a, b, c".
std::string list_names(const std::vector<std::string>& names);

}  // namespace jetstream::daemon
