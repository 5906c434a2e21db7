// SPDX-License-Identifier: MIT
#include "daemon/config/config_format.h"

#include <algorithm>
#include <array>
#include <map>

#include "daemon/config/config_values.h"

namespace jetstream::daemon {
namespace {

using T = ValueType;

bool is_item_key(const KeySpec& spec) {
  return spec.path.find_first_of("*[") != std::string_view::npos;
}

// The key that holds the list or map which an item's key belongs to.
std::string_view holder_of(const KeySpec& spec) {
  const std::size_t mark = spec.path.find_first_of("*[");
  return spec.path.substr(0, spec.path[mark] == '*' ? mark - 1 : mark);
}

std::string_view last_word(std::string_view path) { return path.substr(path.rfind('.') + 1); }

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

template <class Items, class Print>
std::string list_of(const Items& items, Print print) {
  std::string out = "[";
  for (const auto& item : items) out += (out.size() > 1 ? ", " : "") + in_quotes(print(item));
  return out + "]";
}

std::string text_of(const KeySpec& spec, const Value& value) {
  if (spec.may_be_off && value.number == 0 && value.text.empty()) return "off";
  switch (spec.type) {
    case T::kIntegerOrAuto:
      if (value.automatic) return "auto";
      return std::to_string(value.number);
    case T::kInteger:
      return std::to_string(value.number);
    case T::kBoolean:
      return value.flag ? "true" : "false";
    case T::kDuration:
      return format_duration(value.number);
    case T::kSize:
      return format_size(value.number);
    case T::kChoice:
      return split_choices(spec.choices).at(static_cast<std::size_t>(value.number));
    case T::kPath:
    case T::kName:
    case T::kAddressOrSocket:
      return value.text.empty() ? "" : yaml_scalar(value.text);
    case T::kFileMode:
      return in_quotes(format_file_mode(value.number));
    case T::kAddresses:
      if (value.addresses.empty() && spec.default_text.empty()) return {};
      return list_of(value.addresses, [](const PeerAddress& one) { return one.to_string(); });
    case T::kAddressBlocks:
      return list_of(value.blocks, [](const AddressBlock& one) { return one.to_string(); });
    case T::kNamedItems:
      return "{}";
    case T::kItems:
      return "[]";
  }
  return {};
}

// The keys of a list's or map's items, for each item in turn.
void add_items(const Config& config, const KeySpec& holder, const std::vector<std::string>& names,
               std::vector<Setting>& settings) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string place =
        std::string(holder.path) +
        (holder.type == T::kItems ? "[" + std::to_string(i) + "]." : "." + names[i] + ".");
    for (const KeySpec& spec : key_table()) {
      if (!is_item_key(spec) || holder_of(spec) != holder.path) continue;
      Value value;
      value.item_name = names[i];
      value.item_index = i;
      spec.fetch(config, value);
      settings.push_back(
          {place + std::string(last_word(spec.path)), &spec, text_of(spec, value), i});
    }
  }
}

class YamlWriter {
 public:
  YamlWriter(const Config& config, bool with_origin) : config_(config), with_origin_(with_origin) {}

  void add(const Setting& setting) {
    if (is_item_key(*setting.spec)) return add_of_item(setting);
    const std::size_t depth = open_sections(setting.spec->path);
    out_ += std::string(2 * depth, ' ') + std::string(last_word(setting.spec->path)) + ": " +
            setting.text + comment(setting) + "\n";
    holder_ = {};
  }
  std::string take() { return std::move(out_); }

 private:
  std::string comment(const Setting& setting) const {
    return with_origin_ ? "  # " + printable(config_.origin(setting.key)) : "";
  }

  // The lines of the sections that a key stands in, as far as they are not open yet.
  std::size_t open_sections(std::string_view path) {
    std::vector<std::string_view> parts;
    for (std::size_t dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.')) {
      parts.push_back(path.substr(0, dot));
      path.remove_prefix(dot + 1);
    }
    std::size_t same = 0;
    while (same < std::min(parts.size(), open_.size()) && parts[same] == open_[same]) ++same;
    for (std::size_t i = same; i < parts.size(); ++i) {
      out_ += std::string(2 * i, ' ') + std::string(parts[i]) + ":\n";
    }
    open_ = parts;
    return parts.size();
  }

  void add_of_item(const Setting& setting) {
    const std::string_view holder = holder_of(*setting.spec);
    const bool in_list = setting.spec->path.find('[') != std::string_view::npos;
    const bool new_holder = holder != holder_;
    const std::size_t depth = open_sections(holder) + 1;
    if (new_holder) {
      out_ += std::string(2 * (depth - 1), ' ') + std::string(last_word(holder)) + ":\n";
    }
    const bool new_item = new_holder || setting.item != item_;
    holder_ = holder;
    item_ = setting.item;
    const std::string line =
        std::string(last_word(setting.spec->path)) + ": " + setting.text + comment(setting) + "\n";
    const std::string indent(2 * depth, ' ');
    if (in_list) {
      out_ += indent + (new_item ? "- " : "  ") + line;
      return;
    }
    if (new_item) {
      const std::string name = setting.key.substr(holder.size() + 1);
      out_ += indent + yaml_scalar(name.substr(0, name.rfind('.'))) + ":\n";
    }
    out_ += indent + "  " + line;
  }

  const Config& config_;
  bool with_origin_;
  std::string out_;
  std::vector<std::string_view> open_;
  std::string_view holder_;
  std::size_t item_ = 0;
};

}  // namespace

std::string yaml_scalar(std::string_view text) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/_.-";
  const bool plain = !text.empty() && text.find_first_not_of(kPlain) == std::string_view::npos &&
                     (text[0] == '/' || text[0] == '_' || (text[0] >= 'a' && text[0] <= 'z') ||
                      (text[0] >= 'A' && text[0] <= 'Z'));
  // Words that mean something to one reader of YAML or another.
  constexpr std::array<std::string_view, 8> kWords = {"true", "false", "null", "yes",
                                                      "no",   "on",    "off",  "y"};
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  const bool word = std::ranges::find(kWords, lower) != kWords.end() || lower == "n";
  return plain && !word ? std::string(text) : in_quotes(text);
}

std::vector<Setting> settings_of(const Config& config) {
  std::vector<Setting> settings;
  for (const KeySpec& spec : key_table()) {
    if (is_item_key(spec)) continue;
    Value value;
    spec.fetch(config, value);
    if (value.names.empty()) {
      settings.push_back({std::string(spec.path), &spec, text_of(spec, value)});
    } else {
      add_items(config, spec, value.names, settings);
    }
  }
  return settings;
}

bool is_shown(const Config& config, const Setting& setting, Shown shown) {
  if (setting.text.empty()) return false;
  if (shown == Shown::kEffective || setting.key == "version") return true;
  const bool item = is_item_key(*setting.spec);
  // A list or map is written whole or not at all: it replaces the default one.
  const std::string holder(item ? holder_of(*setting.spec) : setting.spec->path);
  if (shown == Shown::kExplicit) return config.origin(holder) != "default";
  const auto same_as = [&](const Config& other) {
    const auto mine = settings_of(config);
    const auto theirs = settings_of(other);
    const auto of = [&](const std::vector<Setting>& all) {
      std::map<std::string, std::string> values;
      for (const Setting& one : all) {
        const bool of_item = is_item_key(*one.spec);
        if ((of_item ? holder_of(*one.spec) : one.spec->path) == holder) values[one.key] = one.text;
      }
      return values;
    };
    return of(mine) == of(theirs);
  };
  static const Config kDefaults = default_config();
  return !same_as(kDefaults);
}

bool is_below(std::string_view key, std::string_view section) {
  if (section.empty()) return true;
  if (!key.starts_with(section)) return false;
  return key.size() == section.size() || key[section.size()] == '.' || key[section.size()] == '[';
}

std::string to_yaml(const Config& config, Shown shown, bool with_origin, std::string_view below) {
  YamlWriter writer(config, with_origin);
  for (const Setting& setting : settings_of(config)) {
    if (is_below(setting.key, below) && is_shown(config, setting, shown)) writer.add(setting);
  }
  return writer.take();
}

}  // namespace jetstream::daemon
