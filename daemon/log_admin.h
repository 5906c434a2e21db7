// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "daemon/config.h"

namespace jetstream::daemon {

/// What the admin socket wants of the log.
class LogAdmin {
 public:
  virtual ~LogAdmin() = default;

  /// Changes the level of the log, if `level` is set. What it was before.
  virtual LogLevel log_level(std::optional<LogLevel> level) = 0;
};

}  // namespace jetstream::daemon
