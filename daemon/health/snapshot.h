// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <string>
#include <vector>

#include "daemon/access/ban_book.h"
#include "daemon/admin/admin_tally.h"
#include "daemon/config/reload_figures.h"
#include "daemon/health/health_board.h"
#include "daemon/sessions/session_figures.h"
#include "jetstream/rate_limits.h"
#include "jetstream/stats.h"
#include "jetstream/udp_options.h"

namespace jetstream::daemon {

/// One endpoint as its worker described it.
struct ListenerFigures {
  std::string address;  ///< What it listens on.
  std::size_t worker = 0;
  EndpointStats stats;
  UdpStats udp;
  std::uint64_t sessions = 0;  ///< Established.
  std::uint64_t records = 0;   ///< In any state.
  SessionFigures figures;
};

/// Everything that metrics and health are told from, at one moment, at most a beat old. A value
/// that nobody changes once it is made, so any thread may read it.
struct Snapshot {
  std::string version;
  std::string config_digest;
  double started_at = 0;  ///< Seconds since 1970.
  std::string state;      ///< As in jsctl status.
  std::uint64_t sessions_max = 0;
  std::vector<ListenerFigures>
      listeners;                   ///< Of every worker; of a stalled one, the last there are.
  std::vector<Duration> loop_lag;  ///< By worker.
  /// What the configuration allows a second, by RateLimit; 0 is off.
  std::array<std::uint64_t, kRateLimitCount> limits{};
  std::uint64_t admin_connections = 0;
  AdminTally admin_commands;
  std::array<std::uint64_t, kBanOriginCount> bans{};  ///< By BanOrigin.
  std::uint64_t ban_evidence = 0;  ///< Offences that count for bans by the daemon itself.
  std::uint64_t bans_refused = 0;  ///< Bans by the daemon itself that found no room.
  ReloadFigures reloads;
  std::vector<std::string> restart_required;   ///< Keys whose change waits for a restart.
  std::vector<std::string> config_taken_back;  ///< Keys that were read from the file otherwise.
  std::uint64_t log_lines_lost = 0;
  std::vector<HealthFinding> findings;

  /// The sum over all endpoints.
  EndpointStats total() const;
  std::uint64_t sessions() const;
};

}  // namespace jetstream::daemon
