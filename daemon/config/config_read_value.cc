// SPDX-License-Identifier: MIT
#include "daemon/config/config_read_value.h"

#include <algorithm>
#include <span>

#include "base/closest_word.h"

namespace jetstream::daemon {
namespace {

using Kind = YamlNode::Kind;

bool has_control_characters(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

/// How base/units.h ends its message.
constexpr std::string_view kNoUnit = " has no unit";

/// A number without its unit: the one that makes something of it that the key can be.
std::string guess_unit(const KeySpec& spec, const std::string& digits) {
  const bool is_size = spec.type == ValueType::kSize;
  for (const std::string_view unit : {is_size ? "B" : "s", is_size ? "KiB" : "ms"}) {
    const std::string guess = digits + std::string(unit);
    const auto value = is_size ? parse_size(guess) : parse_duration(guess);
    if (value && spec.min <= *value && *value <= spec.max)
      return "did you mean " + quote(guess) + "?";
  }
  return describe_type(spec);
}

}  // namespace

std::string list_names(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

bool ValueReader::read(const KeySpec& spec, const YamlNode& node, const std::string& place,
                       Value& value) {
  key_ = place;
  if (spec.type == ValueType::kAddresses) {
    return read_list(spec, node, place, value.addresses, parse_address,
                     [](const PeerAddress& address) { return address.port == 0; });
  }
  if (spec.type == ValueType::kAddressBlocks) {
    return read_list(spec, node, place, value.blocks, parse_block,
                     [](const AddressBlock&) { return false; });
  }
  return read_scalar(spec, node, place, value);
}

template <class T, class Parse, class MayRepeat>
bool ValueReader::read_list(const KeySpec& spec, const YamlNode& node, const std::string& place,
                            std::vector<T>& list, Parse parse, MayRepeat may_repeat) {
  if (node.kind == Kind::kMap) {
    errors_.add(node.position, {Fault::kWrongKind, place},
                quote(place) + " is an address or a list of them");
    return false;
  }
  const std::size_t before = errors_.list.size();
  const std::span<const YamlNode> items =
      node.kind == Kind::kList ? std::span(node.items) : std::span(&node, 1);
  check_count(spec, items.size(), node, place);
  for (const YamlNode& item : items) {
    if (!check_scalar(item, place)) continue;
    const auto one = parse(item.text);
    if (!one) {
      add(item, one.error(), spec);
    } else if (std::find(list.begin(), list.end(), *one) != list.end() && !may_repeat(*one)) {
      errors_.add(item.position, {Fault::kInvalidValue, place},
                  quote(item.text) + " stands in " + quote(place) + " already");
    } else {
      list.push_back(*one);
    }
  }
  return errors_.list.size() == before;
}

bool ValueReader::read_number(const KeySpec& spec, const YamlNode& node, const std::string& place,
                              Value& value) {
  if (spec.may_be_off && node.text == "off") return true;  // 0
  const auto parse = spec.type == ValueType::kDuration   ? parse_duration
                     : spec.type == ValueType::kSize     ? parse_size
                     : spec.type == ValueType::kFileMode ? parse_file_mode
                                                         : parse_integer;
  const auto number = parse(node.text);
  if (!number) {
    ValueError error = number.error();
    if (error.what.ends_with(kNoUnit)) error.help = guess_unit(spec, node.text);
    return add(node, error, spec);
  }
  value.number = *number;
  if (spec.min <= *number && *number <= spec.max) return true;
  return add(node, {quote(node.text) + " is out of range for " + place, describe_type(spec)}, spec,
             Fault::kOutOfRange);
}

bool ValueReader::read_scalar(const KeySpec& spec, const YamlNode& node, const std::string& place,
                              Value& value) {
  if (!check_scalar(node, place)) return false;
  const bool must_be_plain = spec.type == ValueType::kInteger || spec.type == ValueType::kBoolean ||
                             spec.type == ValueType::kIntegerOrAuto;
  if (must_be_plain && node.quoted) {
    return add(node, {quote(node.text) + " is text for " + place, "leave the quotes out"}, spec);
  }
  switch (spec.type) {
    case ValueType::kBoolean: {
      const auto flag = parse_boolean(node.text);
      if (!flag) return add(node, flag.error(), spec);
      value.flag = *flag;
      return true;
    }
    case ValueType::kChoice:
      return read_choice(spec, node, place, value);
    case ValueType::kPath:
      return read_path(spec, node, place, value);
    case ValueType::kAddressOrSocket:
      return read_address_or_socket(spec, node, place, value);
    case ValueType::kName:
      value.text = node.text;
      return check_length(spec, node, place);
    case ValueType::kIntegerOrAuto:
      value.automatic = node.text == "auto";
      return value.automatic || read_number(spec, node, place, value);
    default:
      return read_number(spec, node, place, value);
  }
}

bool ValueReader::read_choice(const KeySpec& spec, const YamlNode& node, const std::string& place,
                              Value& value) {
  const std::vector<std::string> words = split_choices(spec.choices);
  const auto found = std::find(words.begin(), words.end(), node.text);
  if (found != words.end()) {
    value.number = found - words.begin();
    return true;
  }
  const std::string similar = base::closest_word(node.text, words);
  return add(
      node,
      {quote(node.text) + " is not possible for " + place,
       similar.empty() ? "write " + list_names(words) : "did you mean " + quote(similar) + "?"},
      spec);
}

bool ValueReader::read_path(const KeySpec& spec, const YamlNode& node, const std::string& place,
                            Value& value) {
  if (node.text.starts_with("~") || node.text.find("${") != std::string::npos) {
    return add(node,
               {quote(node.text) + " is not expanded",
                "write the path out; a relative one starts at the folder of this file"},
               spec);
  }
  value.text = (directory_ / node.text).lexically_normal().string();
  if (!check_length(spec, node, place)) return false;
  if (value.text.size() <= static_cast<std::size_t>(spec.max)) return true;
  return add(node,
             {"the path for " + place + " is " + std::to_string(value.text.size()) + " bytes long",
              describe_type(spec)},
             spec, Fault::kOutOfRange);
}

bool ValueReader::read_address_or_socket(const KeySpec& spec, const YamlNode& node,
                                         const std::string& place, Value& value) {
  constexpr std::string_view kSocket = "unix:";
  if (spec.may_be_off && node.text == "off") return true;  // empty
  if (std::string_view(node.text).starts_with(kSocket)) {
    YamlNode path = node;
    path.text.erase(0, kSocket.size());
    if (path.text.empty()) return add(node, {place + " names no socket", "unix:PATH"}, spec);
    if (!read_path(spec, path, place, value)) return false;
    value.text.insert(0, kSocket);
    return true;
  }
  const auto address = parse_address(node.text);
  if (!address) return add(node, address.error(), spec);
  value.text = address->to_string();
  return true;
}

bool ValueReader::check_length(const KeySpec& spec, const YamlNode& node,
                               const std::string& place) {
  const auto length = static_cast<std::int64_t>(node.text.size());
  if (spec.min <= length && length <= spec.max) return true;
  return add(node,
             {place + (length == 0 ? " is empty" : " is too long"),
              length == 0 ? "leave the key out if it has no value"
                          : "at most " + std::to_string(spec.max) + " bytes"},
             spec, Fault::kOutOfRange);
}

void ValueReader::check_count(const KeySpec& spec, std::size_t count, const YamlNode& node,
                              const std::string& place) {
  const auto size = static_cast<std::int64_t>(count);
  if (size < spec.min)
    errors_.add(node.position, {Fault::kOutOfRange, place}, quote(place) + " is empty",
                describe_type(spec));
  if (size > spec.max)
    errors_.add(node.position, {Fault::kOutOfRange, place},
                quote(place) + " has " + std::to_string(count) + " entries", describe_type(spec));
}

bool ValueReader::check_scalar(const YamlNode& node, const std::string& place) {
  if (node.kind != Kind::kScalar) {
    errors_.add(node.position, {Fault::kWrongKind, place}, quote(place) + " is a single value");
    return false;
  }
  if (!has_control_characters(node.text)) return true;
  errors_.add(node.position, {Fault::kInvalidValue, place},
              "the value of " + quote(place) + " holds a control character");
  return false;
}

bool ValueReader::add(const YamlNode& node, const ValueError& error, const KeySpec& spec,
                      Fault fault) {
  std::string what = error.what;
  if (what.ends_with(kNoUnit)) what += " for " + std::string(spec.path);
  errors_.add(node.position, {fault, key_},
              spec.secret ? "the value of " + std::string(spec.path) + " is wrong" : what,
              error.help, spec.secret);
  return false;
}

}  // namespace jetstream::daemon
