// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/config/config.h"
#include "daemon/config/config_schema.h"

namespace jetstream::daemon {

/// One value that a configuration has, whoever set it.
struct Setting {
  std::string key;  ///< Where it stands: "services.echo.type", "admin.access[0].role".
  const KeySpec* spec = nullptr;
  std::string text;      ///< As it is written in YAML; empty: unset.
  std::size_t item = 0;  ///< Of those in lists and maps: which item of its list it belongs to.
};

/// All values, in the order of the key table; those of a list or map stand together, item by item,
/// and an empty list or map is one setting itself. Two configurations that mean the same have the
/// same settings.
std::vector<Setting> settings_of(const Config& config);

/// Which settings to_yaml() writes.
enum class Shown : std::uint8_t {
  kEffective,  ///< All.
  kExplicit,   ///< Those that somebody set.
  kChanged,    ///< Those that differ from their defaults.
};

/// The configuration as YAML that means the same when it is loaded again. `with_origin` says behind
/// each value where it came from; `below` leaves out what neither is that key nor stands below it.
/// Paths are absolute.
std::string to_yaml(const Config& config, Shown shown = Shown::kEffective, bool with_origin = false,
                    std::string_view below = {});

/// Whether a setting belongs to what to_yaml() would write.
bool is_shown(const Config& config, const Setting& setting, Shown shown);

/// Whether `key` is `section` or stands below it; everything stands below "".
bool is_below(std::string_view key, std::string_view section);

/// Text as a YAML scalar, in quotes where it needs them.
std::string yaml_scalar(std::string_view text);

}  // namespace jetstream::daemon
