// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "jetstream/control/values.h"

namespace jetstream::control {

/// How long a reload may wait for its confirmation: from a second to an hour.
inline constexpr std::uint64_t kConfirmWithinMinMs = 1000;
inline constexpr std::uint64_t kConfirmWithinMaxMs = 60 * 60 * 1000;

struct ConfigReloadArgs {
  bool dry_run = false;
  std::optional<std::string> expect_digest;
  bool strict = false;
  std::optional<std::uint64_t> confirm_within_ms;
  friend bool operator==(const ConfigReloadArgs&, const ConfigReloadArgs&) = default;
};

/// One thing that is wrong with a configuration: before the error line of a refused reload, and
/// what `jsctl config check` finds.
struct ConfigProblemRow {
  std::string place;
  std::optional<std::string> file;
  std::optional<std::uint64_t> line;
  std::optional<std::uint64_t> column;
  std::optional<std::uint64_t> end_column;
  std::string severity;
  std::string code;
  std::optional<std::string> key;
  std::string message;
  std::optional<std::string> help;
  std::optional<std::string> excerpt;
  friend bool operator==(const ConfigProblemRow&, const ConfigProblemRow&) = default;
};

/// What checking a file came to.
struct ConfigCheckReport {
  std::string file;
  bool valid = false;
  std::uint64_t errors = 0;
  std::uint64_t warnings = 0;
  friend bool operator==(const ConfigCheckReport&, const ConfigCheckReport&) = default;
};

/// What there is to know of a key of the configuration.
struct ConfigKeyRow {
  std::string key;
  std::string doc;
  std::string type;
  std::vector<std::string> units;
  std::vector<std::string> choices;
  std::optional<std::string> fallback;
  std::optional<std::string> min;
  std::optional<std::string> max;
  bool required = false;
  bool may_be_off = false;
  bool reloadable = false;
  std::string affects;
  std::optional<std::string> variable;
  std::string since;
  friend bool operator==(const ConfigKeyRow&, const ConfigKeyRow&) = default;
};

struct ConfigKeysSummary {
  std::uint64_t count = 0;
  friend bool operator==(const ConfigKeysSummary&, const ConfigKeysSummary&) = default;
};

struct ConfigChangeRow {
  std::string key;
  std::optional<std::string> before;
  std::optional<std::string> after;
  std::string reload;
  friend bool operator==(const ConfigChangeRow&, const ConfigChangeRow&) = default;
};

struct ConfigDigests {
  std::string before;
  std::string after;
  friend bool operator==(const ConfigDigests&, const ConfigDigests&) = default;
};

/// What a reload, a confirmation or a rollback has done.
struct ConfigReloadReport {
  ConfigDigests digest;
  std::vector<ConfigChangeRow> applied;
  std::vector<ConfigChangeRow> restart_required;
  std::uint64_t unchanged = 0;
  std::vector<std::string> warnings;
  bool dry_run = false;
  std::optional<std::uint64_t> confirm_left_ms;
  std::uint64_t duration_ms = 0;
  friend bool operator==(const ConfigReloadReport&, const ConfigReloadReport&) = default;
};

struct ConfigShowArgs {
  std::optional<std::string> key;
  bool explicit_only = false;
  bool changed_only = false;
  bool origin = false;
  friend bool operator==(const ConfigShowArgs&, const ConfigShowArgs&) = default;
};

/// Something about a running daemon that an operator has changed and no file says.
struct RuntimeRow {
  std::string what;
  std::optional<std::string> key;
  std::string value;
  std::string command;
  std::optional<std::uint64_t> uid;
  std::optional<std::string> user;
  std::optional<UnixTime> until;
  friend bool operator==(const RuntimeRow&, const RuntimeRow&) = default;
};
/// "runtime: jsctl log level, uid 1000 (ana), until 14:32:10Z"
std::string runtime_origin(const RuntimeRow& row);

struct ConfigValueRow {
  std::string key;
  std::string value;
  std::string origin;
  std::string reload;
  std::optional<std::string> configured;
  friend bool operator==(const ConfigValueRow&, const ConfigValueRow&) = default;
};

struct ConfigShowReport {
  std::string file;
  std::string digest;
  std::string text;
  std::vector<RuntimeRow> runtime;
  friend bool operator==(const ConfigShowReport&, const ConfigShowReport&) = default;
};

/// How the last attempt went to change the configuration of a running daemon.
struct LastReloadReport {
  UnixTime at;
  std::string cause;
  bool done = false;
  std::optional<std::string> error;
  friend bool operator==(const LastReloadReport&, const LastReloadReport&) = default;
};

}  // namespace jetstream::control
