// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "daemon/config/config.h"
#include "daemon/config/config_compare.h"
#include "daemon/config/config_plan.h"

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
  /// The way back to the configuration before; nothing if there is none. The keys that `stays`
  /// names keep what runs.
  std::optional<ConfigPlan> plan_rollback(const std::vector<std::string>& stays = {}) const;

  /// Makes what was read the running one. If that changes anything, the one before is kept for a
  /// rollback.
  void take(ConfigPlan plan);
  /// Makes a plan of plan_rollback() the running one. If that was the `whole` way back there is
  /// none any more.
  void take_back(ConfigPlan plan, bool whole);
  /// What the file that was read last says and only a restart can do.
  const std::vector<ConfigChange>& restart_required() const { return restart_required_; }
  /// What runs otherwise than it was read from the file, since that was taken back.
  const std::vector<ConfigChange>& taken_back() const { return taken_back_; }

 private:
  ConfigPlan plan_of(Config loaded) const;
  void compare_to(Config loaded, ConfigPlan& plan) const;
  void name_origins();

  Config started_;  // as it was read at the start
  Config running_;
  std::optional<Config> previous_;
  std::optional<Config> read_;  // from the file, if it is not what runs
  std::vector<ConfigChange> taken_back_;
  std::vector<ConfigChange> restart_required_;
  std::filesystem::path file_;
  Overrides overrides_;
};

}  // namespace jetstream::daemon
