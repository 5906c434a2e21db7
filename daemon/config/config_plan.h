// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "daemon/config/config_compare.h"

namespace jetstream::daemon {

/// What a reload would do.
struct ConfigPlan {
  Config next;  ///< What would run: what only a restart changes is still as it is.
  std::string digest_before;
  std::string digest;
  std::vector<ConfigChange> applied;
  /// What the file says and only a restart can do; told again and again until then.
  std::vector<ConfigChange> restart_required;
  std::size_t unchanged = 0;
};

}  // namespace jetstream::daemon
