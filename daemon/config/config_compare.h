// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "daemon/config/config.h"
#include "daemon/config/config_schema.h"

namespace jetstream::daemon {

/// One value that two configurations do not have in common.
struct ConfigChange {
  std::string key;
  std::string before;  ///< As in YAML; empty: unset, or not there.
  std::string after;
  Reload reload = Reload::kRestart;
  friend bool operator==(const ConfigChange&, const ConfigChange&) = default;
};

struct ConfigDifference {
  std::vector<ConfigChange> changes;  ///< In the order of the key table, what is gone last.
  std::size_t unchanged = 0;          ///< Values that are the same.
};

/// By what the values mean, however they were written. A change of the authorized clients' file
/// shows as one of the key that names it.
ConfigDifference compare(const Config& before, const Config& after);

}  // namespace jetstream::daemon
