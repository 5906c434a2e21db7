// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "jetstream/control/values.h"

namespace jetstream::control {

/// The longest that the daemon lets somebody wait.
inline constexpr std::uint64_t kWaitMaxMs = 24 * 60 * 60 * 1000;

struct HealthArgs {
  bool live = false;
  friend bool operator==(const HealthArgs&, const HealthArgs&) = default;
};

/// One problem that the daemon has found.
struct HealthRow {
  std::string code;
  std::string severity;
  std::string detail;
  UnixTime since;
  bool not_ready = false;
  bool not_alive = false;
  std::optional<std::string> depends_on;
  std::string advice;
  friend bool operator==(const HealthRow&, const HealthRow&) = default;
};

struct HealthReport {
  bool ok = false;
  bool ready = false;
  bool live = false;
  std::string state;
  std::uint64_t count = 0;
  friend bool operator==(const HealthReport&, const HealthReport&) = default;
};

struct WaitArgs {
  std::string until;
  std::uint64_t timeout_ms = 0;
  friend bool operator==(const WaitArgs&, const WaitArgs&) = default;
};
struct WaitReport {
  std::string state;
  std::uint64_t sessions = 0;
  std::uint64_t waited_ms = 0;
  friend bool operator==(const WaitReport&, const WaitReport&) = default;
};

struct MetricsReport {
  std::string text;
  friend bool operator==(const MetricsReport&, const MetricsReport&) = default;
};

struct StatsArgs {
  std::optional<std::string> prefix;
  friend bool operator==(const StatsArgs&, const StatsArgs&) = default;
};
/// What one metric is now.
struct StatRow {
  std::string series;
  std::string type;
  double value = 0;
  friend bool operator==(const StatRow&, const StatRow&) = default;
};
struct StatsSummary {
  std::uint64_t count = 0;
  friend bool operator==(const StatsSummary&, const StatsSummary&) = default;
};

}  // namespace jetstream::control
