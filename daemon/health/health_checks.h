// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "daemon/health/health_board.h"
#include "daemon/health/snapshot.h"

namespace jetstream::daemon {

/// What the checks look at besides the figures.
struct HealthFacts {
  std::vector<std::size_t> stalled_workers;
  std::uint64_t receive_buffer_asked = 0;
  std::vector<PeerAddress> gateways;
  /// The wall clock was set by so much since the last time.
  std::optional<Duration> clock_step;
  /// What is wrong with the identity key's file; empty if nothing is.
  std::string key_trouble;
  /// How users are not who they are at the admin socket; empty if they are.
  std::string ids_trouble;
};

/// Sessions that have to have come before a source can be called that of nearly all of them.
inline constexpr std::uint64_t kSessionsToJudgeBy = 20;

/// Runs every check of the table (health_table.cc) and keeps the board. Reads no clock and no file.
class HealthChecks {
 public:
  /// With the figures of this moment, about once a second.
  void run(Instant now, const Snapshot& snapshot, const HealthFacts& facts);

  const HealthBoard& board() const { return board_; }
  HealthBoard& board() { return board_; }

 private:
  void check_table(Instant now, const Snapshot& snapshot);
  void check_sockets(Instant now, const Snapshot& snapshot, std::uint64_t asked);
  void check_memory(Instant now, const Snapshot& snapshot);
  void check_sources(Instant now, const Snapshot& snapshot, const HealthFacts& facts);

  HealthBoard board_;
  // What the counters were at the last run.
  std::uint64_t refused_ = 0;
  std::optional<Instant> refused_at_;
  std::uint64_t socket_drops_ = 0;
  std::uint64_t lines_lost_ = 0;
  std::uint64_t bans_refused_ = 0;
};

/// What is wrong with a private key's file, in words: that it can't be looked at, or that its mode
/// has one of the bits of `forbidden`. Empty if nothing is.
std::string key_file_trouble(const std::filesystem::path& path, unsigned forbidden);

}  // namespace jetstream::daemon
