// SPDX-License-Identifier: MIT
//
// For the key table: where the value of a key is kept in a Config.
#pragma once

#include <algorithm>
#include <concepts>

#include "daemon/config/config_schema.h"

namespace jetstream::daemon::places {

inline void assign(bool& target, const Value& value) { target = value.flag; }
void assign(std::integral auto& target, const Value& value) {
  target = static_cast<std::remove_reference_t<decltype(target)>>(value.number);
}
template <class T>
concept Enumeration = std::is_enum_v<T>;
void assign(Enumeration auto& target, const Value& value) {
  target = static_cast<std::remove_reference_t<decltype(target)>>(value.number);
}
inline void assign(Duration& target, const Value& value) { target = Duration(value.number); }
inline void assign(std::string& target, const Value& value) { target = value.text; }
inline void assign(std::filesystem::path& target, const Value& value) { target = value.text; }
inline void assign(std::vector<PeerAddress>& target, const Value& value) {
  target = value.addresses;
}
inline void assign(std::vector<AddressBlock>& target, const Value& value) { target = value.blocks; }
inline void assign(std::optional<std::uint32_t>& target, const Value& value) {
  target.reset();
  if (!value.automatic) target = static_cast<std::uint32_t>(value.number);
}

inline void take(const bool& source, Value& value) { value.flag = source; }
void take(const std::integral auto& source, Value& value) {
  value.number = static_cast<std::int64_t>(source);
}
void take(const Enumeration auto& source, Value& value) {
  value.number = static_cast<std::int64_t>(source);
}
inline void take(const Duration& source, Value& value) { value.number = source.count(); }
inline void take(const std::string& source, Value& value) { value.text = source; }
inline void take(const std::filesystem::path& source, Value& value) {
  value.text = source.string();
}
inline void take(const std::vector<PeerAddress>& source, Value& value) { value.addresses = source; }
inline void take(const std::vector<AddressBlock>& source, Value& value) { value.blocks = source; }
inline void take(const std::optional<std::uint32_t>& source, Value& value) {
  value.automatic = !source.has_value();
  value.number = source.value_or(0);
}

/// How the value of a key gets into a Config, and out of it again.
struct Place {
  void (*store)(Config& config, const Value& value);
  void (*fetch)(const Config& config, Value& value);
};

// into<&Config::drain_pace> is the place of that member.
template <auto Member>
constexpr Place into{[](Config& config, const Value& value) { assign(config.*Member, value); },
                     [](const Config& config, Value& value) { take(config.*Member, value); }};
template <auto Outer, auto Member>
constexpr Place within{
    [](Config& config, const Value& value) { assign(config.*Outer.*Member, value); },
    [](const Config& config, Value& value) { take(config.*Outer.*Member, value); }};
template <auto Member>
constexpr Place into_limits = within<&Config::limits, Member>;
template <auto Member>
constexpr Place into_bans = within<&Config::dynamic_bans, Member>;
template <auto Member>
constexpr Place into_session = within<&Config::session, Member>;
template <auto Member>
constexpr Place into_service{[](Config& config, const Value& value) {
                               assign(config.services[value.item_name].*Member, value);
                             },
                             [](const Config& config, Value& value) {
                               take(config.services.at(value.item_name).*Member, value);
                             }};
// An item of a list, such as into_item<&Config::admin_access, &AccessRule::role>.
template <auto List, auto Member>
constexpr Place into_item{[](Config& config, const Value& value) {
                            auto& list = config.*List;
                            list.resize(std::max(list.size(), value.item_index + 1));
                            assign(list[value.item_index].*Member, value);
                          },
                          [](const Config& config, Value& value) {
                            take((config.*List).at(value.item_index).*Member, value);
                          }};
// A list or map in the file replaces the default one as a whole.
constexpr Place all_services{[](Config& config, const Value&) { config.services.clear(); },
                             [](const Config& config, Value& value) {
                               for (const auto& [name, service] : config.services)
                                 value.names.push_back(name);
                             }};
template <auto List>
constexpr Place all_items{
    [](Config& config, const Value&) { (config.*List).clear(); },
    [](const Config& config, Value& value) { value.names.resize((config.*List).size()); }};

}  // namespace jetstream::daemon::places
