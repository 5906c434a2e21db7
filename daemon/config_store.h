// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "daemon/config.h"
#include "daemon/config_compare.h"
#include "daemon/config_plan.h"

namespace jetstream::daemon {

/// Owns the configuration that runs, and knows where it came from. A configuration is a value:
/// whoever needs one on another thread takes a copy. One thread.
class ConfigStore {
 public:
  /// `loaded` was made of `file` and `overrides`, which hold over every reload.
  ConfigStore(Config loaded, std::filesystem::path file, Overrides overrides)
      : started_(loaded),
        running_(std::move(loaded)),
        file_(std::move(file)),
        overrides_(std::move(overrides)) {}

  /// Stays where it is: the reference is always to the configuration that runs.
  const Config& running() const { return running_; }
  const std::filesystem::path& file() const { return file_; }
  /// Before anything runs: for what the start finds out, such as sockets that were inherited.
  Config& at_start() { return running_; }

  /// Reads everything anew. Changes nothing.
  Result<ConfigPlan, ConfigErrors> plan() const;
  /// The way back to the configuration before; nothing if there was none.
  std::optional<ConfigPlan> plan_rollback() const;

  /// Makes it the running one. The one before is kept for a rollback.
  void take(ConfigPlan plan);
  /// As of the last plan that was taken.
  const std::vector<ConfigChange>& restart_required() const { return restart_required_; }

 private:
  ConfigPlan plan_of(Config loaded) const;

  Config started_;  // as it was read at the start
  Config running_;
  std::optional<Config> previous_;
  std::vector<ConfigChange> restart_required_;
  std::filesystem::path file_;
  Overrides overrides_;
};

}  // namespace jetstream::daemon
