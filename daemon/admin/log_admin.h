// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "daemon/config/config.h"
#include "jetstream/control.h"

namespace jetstream::daemon {

/// A level that somebody wants for now.
struct LogLevelOrder {
  std::string module;             ///< Empty: the whole log.
  std::optional<LogLevel> level;  ///< Nothing: as configured.
  std::optional<std::chrono::milliseconds> lasts;
  std::uint64_t uid = 0;
};

/// What the admin socket wants of the log.
class LogAdmin {
 public:
  virtual ~LogAdmin() = default;

  virtual void change_log_level(const LogLevelOrder& order) = 0;
  /// Of the module; of all others if it is empty.
  virtual LogLevel log_level(const std::string& module) const = 0;
  virtual LogLevel configured_log_level() const = 0;
  virtual std::vector<control::LogOverrideRow> log_overrides() const = 0;
};

}  // namespace jetstream::daemon
