// SPDX-License-Identifier: MIT
#include "daemon/config/config_compare.h"

#include <algorithm>
#include <map>
#include <set>

#include "daemon/config/config_format.h"

namespace jetstream::daemon {
namespace {

/// How many of `clients` are not among `others`.
std::size_t only_in(const std::vector<PublicKey>& clients, const std::vector<PublicKey>& others) {
  const std::set<PublicKey> known(others.begin(), others.end());
  return static_cast<std::size_t>(std::ranges::count_if(
      clients, [&known](const PublicKey& key) { return !known.contains(key); }));
}

std::string count_of(const std::vector<PublicKey>& clients) {
  return std::to_string(clients.size()) + (clients.size() == 1 ? " key" : " keys");
}

}  // namespace

ConfigDifference compare(const Config& before, const Config& after) {
  ConfigDifference difference;
  std::map<std::string, Setting> old;
  for (Setting& setting : settings_of(before)) old.emplace(setting.key, std::move(setting));
  const auto add = [&](const Setting& setting, std::string was, std::string is) {
    difference.changes.push_back(
        {setting.key, std::move(was), std::move(is), setting.spec->reload});
  };
  for (const Setting& setting : settings_of(after)) {
    const auto found = old.find(setting.key);
    const std::string was = found == old.end() ? "" : found->second.text;
    if (found != old.end()) old.erase(found);
    const bool clients_differ = setting.spec->path == "server.authorized_clients_file" &&
                                was == setting.text &&
                                before.authorized_clients != after.authorized_clients;
    if (was != setting.text) {
      add(setting, was, setting.text);
    } else if (clients_differ) {
      add(setting, setting.text + " with " + count_of(before.authorized_clients),
          setting.text + " with " + count_of(after.authorized_clients) + " (" +
              std::to_string(only_in(after.authorized_clients, before.authorized_clients)) +
              " new, " +
              std::to_string(only_in(before.authorized_clients, after.authorized_clients)) +
              " gone)");
    } else {
      ++difference.unchanged;
    }
  }
  for (const auto& [key, setting] : old) add(setting, setting.text, "");
  return difference;
}

}  // namespace jetstream::daemon
