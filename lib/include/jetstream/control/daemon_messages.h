// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "jetstream/control/command.h"
#include "jetstream/control/config_messages.h"
#include "jetstream/control/log_messages.h"
#include "jetstream/control/values.h"

namespace jetstream::control {

struct HelloReport {
  std::string version;
  std::string protocol;
  std::string role;
  std::uint64_t uid = 0;
  std::uint64_t gid = 0;
  std::optional<std::uint64_t> pid;
  friend bool operator==(const HelloReport&, const HelloReport&) = default;
};

struct PingReport {
  std::uint64_t pid = 0;
  friend bool operator==(const PingReport&, const PingReport&) = default;
};

struct StatusReport {
  std::string version;
  std::uint64_t pid = 0;
  std::string state;
  std::vector<std::string> problems;
  UnixTime started_at;
  std::uint64_t uptime_ms = 0;
  std::vector<std::string> listeners;
  std::uint64_t workers = 0;
  std::optional<std::string> identity;
  std::optional<std::string> config_path;
  std::optional<std::string> config_digest;
  std::optional<LastReloadReport> last_reload;
  std::vector<std::string> restart_required;
  std::optional<std::uint64_t> confirm_left_ms;
  std::string log_level;
  std::vector<LogOverrideRow> log_overrides;
  std::uint64_t sessions = 0;
  std::uint64_t sessions_max = 0;
  std::uint64_t sessions_opened = 0;
  std::uint64_t sessions_expired = 0;
  NamedCounts sessions_closed;
  std::uint64_t handshakes_started = 0;
  std::uint64_t handshakes_completed = 0;
  std::uint64_t handshakes_failed = 0;
  std::uint64_t rx_datagrams = 0;
  std::uint64_t tx_datagrams = 0;
  std::uint64_t rx_bytes = 0;
  std::uint64_t tx_bytes = 0;
  std::uint64_t packets_lost = 0;
  std::uint64_t resets_sent = 0;
  std::uint64_t resets_received = 0;
  std::uint64_t memory_held_bytes = 0;
  std::uint64_t memory_held_max_bytes = 0;
  std::uint64_t memory_budget_bytes = 0;
  NamedCounts admission;
  NamedCounts resumption;
  NamedCounts drops;
  NamedCounts bans;
  NamedCounts rate_limit_waits;
  NamedCounts rate_limit_observed;
  NamedCounts rate_limit_drops;
  friend bool operator==(const StatusReport&, const StatusReport&) = default;
};

struct StopArgs {
  bool now = false;
  friend bool operator==(const StopArgs&, const StopArgs&) = default;
};

struct StopReport {
  std::string state;
  friend bool operator==(const StopReport&, const StopReport&) = default;
};

struct ArgRow {
  std::string name;
  std::string type;
  bool required = false;
  std::string doc;
  friend bool operator==(const ArgRow&, const ArgRow&) = default;
};

struct CommandRow {
  std::string name;
  std::string role;
  bool mutating = false;
  bool streaming = false;
  std::vector<ArgRow> args;
  std::string doc;
  friend bool operator==(const CommandRow&, const CommandRow&) = default;
};

struct CommandsSummary {
  std::uint64_t count = 0;
  friend bool operator==(const CommandsSummary&, const CommandsSummary&) = default;
};

/// The row that `commands` shows for a command.
CommandRow row_of(const CommandSpec& spec);

}  // namespace jetstream::control
