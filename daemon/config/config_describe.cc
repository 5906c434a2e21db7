// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>

#include "daemon/config/config_schema.h"
#include "daemon/config/config_values.h"

namespace jetstream::daemon {
namespace {

using T = ValueType;

std::string_view unit_word(ValueType type) {
  switch (type) {
    case T::kInteger:
    case T::kIntegerOrAuto:
      return "whole number";
    case T::kBoolean:
      return "true or false";
    case T::kDuration:
      return "duration";
    case T::kSize:
      return "size";
    case T::kChoice:
      return "one of";
    case T::kPath:
      return "path";
    case T::kName:
      return "name or number";
    case T::kFileMode:
      return "file mode";
    case T::kAddresses:
      return "address or list of addresses";
    case T::kAddressOrSocket:
      return "address or unix:PATH";
    case T::kAddressBlocks:
      return "address, block such as 10.0.0.0/8, or list of them";
    case T::kNamedItems:
      return "map";
    case T::kItems:
      return "list of maps";
  }
  return "";
}

}  // namespace

std::string_view to_string(ValueType type) {
  constexpr std::array<std::string_view, 14> kWords = {
      "integer", "integer_or_auto", "boolean",   "duration",          "size",   "choice", "path",
      "name",    "file_mode",       "addresses", "address_or_socket", "blocks", "map",    "list"};
  return kWords.at(static_cast<std::size_t>(type));
}

std::vector<std::string> units_of(ValueType type) {
  if (type == T::kDuration) return {"us", "ms", "s", "m", "h", "d"};
  if (type == T::kSize) return {"B", "KiB", "MiB", "GiB", "kB", "MB", "GB"};
  return {};
}

std::optional<KeyRange> range_of(const KeySpec& key) {
  const auto plain = [](std::int64_t number) { return std::to_string(number); };
  switch (key.type) {
    case T::kInteger:
    case T::kIntegerOrAuto:
    case T::kAddresses:
    case T::kAddressBlocks:
    case T::kNamedItems:
    case T::kItems:
    case T::kPath:
    case T::kName:
    case T::kAddressOrSocket:
      return KeyRange{plain(key.min), plain(key.max)};
    case T::kDuration:
      return KeyRange{format_duration(key.min), format_duration(key.max)};
    case T::kSize:
      return KeyRange{format_size(key.min), format_size(key.max)};
    case T::kFileMode:
      return KeyRange{format_file_mode(key.min), format_file_mode(key.max)};
    default:
      return std::nullopt;
  }
}

std::string default_text_of(const KeySpec& key) {
  if (!key.default_text.empty()) return std::string(key.default_text);
  return key.required ? "required" : "unset";
}

std::string describe_reload(Reload reload) {
  switch (reload) {
    case Reload::kRestart:
      return "with a restart";
    case Reload::kNewSessions:
      return "with a reload, for new sessions";
    case Reload::kAllSessions:
      return "with a reload, at once";
  }
  return {};
}

std::string_view to_string(Reload reload) {
  switch (reload) {
    case Reload::kRestart:
      return "restart";
    case Reload::kNewSessions:
      return "new_sessions";
    case Reload::kAllSessions:
      return "all_sessions";
  }
  return "";
}

const KeySpec* find_key(std::string_view path) {
  const auto keys = key_table();
  const auto found =
      std::find_if(keys.begin(), keys.end(), [&](const KeySpec& key) { return key.path == path; });
  return found == keys.end() ? nullptr : &*found;
}

const KeySpec* find_key_like(std::string_view key) {
  if (const KeySpec* exact = find_key(key)) return exact;
  for (const KeySpec& spec : key_table()) {
    const std::size_t mark = spec.path.find_first_of("*[");
    if (mark == std::string_view::npos || !key.starts_with(spec.path.substr(0, mark))) continue;
    const std::string_view last = spec.path.substr(spec.path.rfind('.'));
    // Something of the user's own stands between.
    const std::size_t own = mark + (spec.path[mark] == '[' ? 1 : 0);
    if (key.ends_with(last) && key.size() > own + last.size()) return &spec;
  }
  return nullptr;
}

bool is_section(std::string_view path) { return !names_in(path).empty(); }

std::vector<std::string> names_in(std::string_view section) {
  std::vector<std::string> names;
  for (const KeySpec& key : key_table()) {
    std::string_view rest = key.path;
    if (!section.empty()) {
      if (!rest.starts_with(section) || rest.substr(section.size(), 1) != ".") continue;
      rest.remove_prefix(section.size() + 1);
    }
    const std::string name(rest.substr(0, rest.find_first_of(".[")));
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

std::vector<std::string> split_choices(std::string_view choices) {
  std::vector<std::string> words;
  while (!choices.empty()) {
    const std::size_t end = std::min(choices.find('|'), choices.size());
    words.emplace_back(choices.substr(0, end));
    choices.remove_prefix(std::min(end + 1, choices.size()));
  }
  return words;
}

std::string describe_type(const KeySpec& key) {
  std::string out(unit_word(key.type));
  const auto range = [&](const auto& format) {
    out += ", " + format(key.min) + " to " + format(key.max);
  };
  const auto plain = [](std::int64_t number) { return std::to_string(number); };
  switch (key.type) {
    case T::kInteger:
      if (key.min == key.max) return out + ", " + plain(key.min);
      range(plain);
      break;
    case T::kIntegerOrAuto:
      range(plain);
      out += ", or auto";
      break;
    case T::kDuration:
      range(format_duration);
      break;
    case T::kSize:
      range(format_size);
      break;
    case T::kChoice: {
      for (const std::string& word : split_choices(key.choices)) {
        out += (out.ends_with("of") ? " " : ", ") + word;
      }
      break;
    }
    case T::kAddresses:
    case T::kAddressBlocks:
    case T::kNamedItems:
    case T::kItems:
      out += ", at most " + plain(key.max);
      break;
    case T::kPath:
      if (key.max < kPathBytesMax) out += ", at most " + plain(key.max) + " bytes";
      break;
    default:
      break;
  }
  if (key.may_be_off) out += ", or off";
  return out;
}

}  // namespace jetstream::daemon
