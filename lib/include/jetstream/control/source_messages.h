// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "jetstream/control/ban_messages.h"
#include "jetstream/control/values.h"

namespace jetstream::control {

/// Rows a limit.list answer may have, and how many it has if nobody asks.
inline constexpr std::uint64_t kSourceListMax = 1000;
inline constexpr std::uint64_t kSourceListDefault = 100;
/// Sessions that explain lists of each kind; it still counts all.
inline constexpr std::size_t kExplainRowsMax = 10;
/// Bytes of an address with a port as text.
inline constexpr std::uint64_t kAddressBytesMax = 64;

struct SourceListArgs {
  bool all = false;
  std::uint64_t limit = kSourceListDefault;
  friend bool operator==(const SourceListArgs&, const SourceListArgs&) = default;
};

struct SourceResetArgs {
  std::string address;
  friend bool operator==(const SourceResetArgs&, const SourceResetArgs&) = default;
};

struct ExplainArgs {
  std::string address;
  friend bool operator==(const ExplainArgs&, const ExplainArgs&) = default;
};

/// What is counted of one source, over all workers.
struct SourceRow {
  std::string source;
  bool exempt = false;
  std::optional<std::uint64_t> handshakes_per_second;
  std::uint64_t handshake_burst = 0;
  std::uint64_t handshake_tokens = 0;
  std::uint64_t handshakes_limited = 0;
  std::optional<UnixTime> since;
  std::uint64_t sessions = 0;
  std::uint64_t sessions_max = 0;
  friend bool operator==(const SourceRow&, const SourceRow&) = default;
};

struct SourceListSummary {
  std::uint64_t count = 0;
  std::uint64_t limited = 0;
  std::uint64_t sources = 0;
  friend bool operator==(const SourceListSummary&, const SourceListSummary&) = default;
};

struct SourceResetReport {
  std::string source;
  bool known = false;
  friend bool operator==(const SourceResetReport&, const SourceResetReport&) = default;
};

/// A session that explain tells of.
struct ExplainSession {
  SessionId id;
  std::string peer;
  std::uint64_t idle_ms = 0;
  friend bool operator==(const ExplainSession&, const ExplainSession&) = default;
};

/// One that has ended.
struct ExplainClosed {
  SessionId id;
  std::string peer;
  std::string reason;
  std::string code;
  UnixTime ended_at;
  friend bool operator==(const ExplainClosed&, const ExplainClosed&) = default;
};

struct ExplainReport {
  std::string address;
  std::string verdict;
  std::string answer;
  NamedCounts unproven;
  NamedCounts proven;
  std::string access;
  std::optional<std::string> access_block;
  std::optional<std::string> access_origin;
  std::vector<BanRow> bans;
  std::string retry;
  SourceRow source;
  std::optional<std::string> exempt_origin;
  std::uint64_t sessions_here = 0;
  std::vector<ExplainSession> sessions;
  std::vector<ExplainClosed> closed;
  friend bool operator==(const ExplainReport&, const ExplainReport&) = default;
};

}  // namespace jetstream::control
