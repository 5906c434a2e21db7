// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "jetstream/control/values.h"

namespace jetstream::control {

/// The longest time that a level or a tail can be asked for.
inline constexpr std::uint64_t kLogForMaxMs = 24 * 60 * 60 * 1000;
/// How long a tail goes on if nobody says: nobody leaves one behind for ever.
inline constexpr std::uint64_t kLogTailForMs = 10 * 60 * 1000;

struct LogTailArgs {
  std::string level = "info";
  std::optional<std::string> module;
  std::optional<std::string> session;
  std::uint64_t for_ms = kLogTailForMs;
  friend bool operator==(const LogTailArgs&, const LogTailArgs&) = default;
};

struct LogLevelArgs {
  std::optional<std::string> level;
  std::optional<std::string> module;
  std::optional<std::uint64_t> for_ms;
  friend bool operator==(const LogLevelArgs&, const LogLevelArgs&) = default;
};

/// A level that holds for now, instead of the configured one.
struct LogOverrideRow {
  std::optional<std::string> module;
  std::string level;
  std::optional<UnixTime> until;
  std::uint64_t uid = 0;
  friend bool operator==(const LogOverrideRow&, const LogOverrideRow&) = default;
};

struct LogLevelReport {
  std::string level;
  std::string previous;
  std::string configured;
  std::vector<LogOverrideRow> overrides;
  friend bool operator==(const LogLevelReport&, const LogLevelReport&) = default;
};

}  // namespace jetstream::control
