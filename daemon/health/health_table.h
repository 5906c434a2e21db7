// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "jetstream/time.h"

namespace jetstream::daemon {

/// Everything that can be wrong with a running daemon and that it finds out itself. The names are
/// stable: alarms match them. An order that puts causes before what follows from them.
enum class HealthCode : std::uint8_t {
  kWorkerStalled,
  kStarting,
  kDraining,
  kTableFull,
  kMemoryTight,
  kReceiveBufferSmall,
  kSocketDrops,
  kProxyAddress,
  kClockStepped,
  kKeyPermissions,
  kLogLinesLost,
  kBansFull,
  kIdsMapped,
  kConfigNotTakenBack,
  kConfigReloadFailed,
  kConfigDiffers,
  kConfigRestartRequired,
};
inline constexpr std::size_t kHealthCodeCount = 17;

enum class Severity : std::uint8_t {
  kNotice,   ///< Worth knowing; somebody may have wanted it so.
  kWarning,  ///< It works, but not as it should.
  kError,    ///< Clients notice.
};
std::string_view to_string(Severity severity);

/// One row for every code.
struct HealthSpec {
  HealthCode code;
  std::string_view name;  ///< "worker_stalled"
  Severity severity;
  /// While it holds, the daemon should get no new clients (/readyz, health --ready).
  bool not_ready;
  /// While it holds, only a restart helps (/livez, health --live).
  bool not_alive;
  /// Holds that long before anybody hears of it, and stays that long after it held last, so that
  /// what comes and goes is told once.
  Duration visible_after;
  Duration stays_for;
  /// What it is the consequence of: not shown while that is.
  std::optional<HealthCode> depends_on;
  std::string_view meaning;
  std::string_view advice;
};

std::span<const HealthSpec> health_table();
const HealthSpec& spec_of(HealthCode code);
std::optional<HealthCode> parse_health_code(std::string_view name);

/// docs/HEALTH.md.
std::string health_reference();

}  // namespace jetstream::daemon
