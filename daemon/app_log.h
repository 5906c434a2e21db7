// SPDX-License-Identifier: MIT
#pragma once

#include "daemon/log.h"
#include "daemon/log_admin.h"

namespace jetstream::daemon {

/// The log of this process.
class AppLog final : public LogAdmin {
 public:
  LogLevel log_level(std::optional<LogLevel> level) override { return set_log_level(level); }
};

}  // namespace jetstream::daemon
