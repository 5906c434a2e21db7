// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jetstream/control/ban_messages.h"
#include "jetstream/control/values.h"

namespace jetstream::control {

/// Rows that an answer to session.list or session.closed may have, and how many it has if nobody
/// asks. A row of the latter takes up to a kilobyte, and the daemon holds an answer until it is
/// read.
inline constexpr std::uint64_t kListLimitMax = 1000;
inline constexpr std::uint64_t kListLimitDefault = 100;
/// Bytes of the longest filter, see docs/CONTROL.md.
inline constexpr std::uint64_t kFilterTextMax = 512;
/// Fields that one request may choose.
inline constexpr std::uint64_t kFieldsMax = 64;
/// Ended sessions that the daemon remembers if sessions.closed_history says nothing else, the
/// newest ones.
inline constexpr std::uint64_t kClosedKeptDefault = 10'000;
/// The farthest back that session.closed can be asked about.
inline constexpr std::uint64_t kClosedSinceMaxMs = 365ULL * 24 * 60 * 60 * 1000;
/// Sessions that one show or close may name.
inline constexpr std::size_t kSessionIdsMax = 100;
/// Streams that session.show lists of one session; `streams_open` still counts all.
inline constexpr std::size_t kStreamsListedMax = 100;
/// Rows that a close answers at most; its result counts all.
inline constexpr std::uint64_t kCloseRowsMax = 100;
/// Sessions that a close of all that match may close, if nobody says another number.
inline constexpr std::uint64_t kCloseMatchesDefault = 100;
/// Bytes of the message that a close sends to the peer: the field of CLOSE holds no more.
inline constexpr std::size_t kCloseMessageBytesMax = 255;

// session.list

struct SessionListArgs {
  std::uint64_t limit = kListLimitDefault;
  std::optional<std::string> cursor;
  std::optional<std::string> filter{};
  std::optional<std::string> sort{};
  std::vector<std::string> fields{};
  friend bool operator==(const SessionListArgs&, const SessionListArgs&) = default;
};

struct SessionRow {
  SessionId id;
  std::string peer;
  std::string state;
  std::string suite;
  UnixTime created_at;
  std::uint64_t age_ms = 0;
  std::uint64_t idle_ms = 0;
  std::uint64_t streams_open = 0;
  std::uint64_t rx_bytes = 0;
  std::uint64_t tx_bytes = 0;
  std::optional<std::uint64_t> rtt_us;
  std::uint64_t cwnd_bytes = 0;
  std::uint64_t packets_lost = 0;
  std::optional<std::string> peer_identity;
  std::uint64_t worker = 0;
  friend bool operator==(const SessionRow&, const SessionRow&) = default;
};

struct ListSummary {
  std::uint64_t count = 0;
  std::uint64_t table_size = 0;
  std::optional<std::string> cursor;
  std::optional<std::uint64_t> matched{};
  friend bool operator==(const ListSummary&, const ListSummary&) = default;
};

/// What jsctl top makes of two lists, one after the other: a session and its rates, in bits a
/// second, which are absent until there are two.
struct TopRow {
  SessionId id;
  std::string peer;
  std::optional<std::uint64_t> bps;
  std::optional<std::uint64_t> rx_bps;
  std::optional<std::uint64_t> tx_bps;
  std::uint64_t rx_bytes = 0;
  std::uint64_t tx_bytes = 0;
  std::uint64_t streams_open = 0;
  std::optional<std::uint64_t> rtt_us;
  std::optional<std::uint64_t> lost;
  std::uint64_t idle_ms = 0;
  std::uint64_t age_ms = 0;
  friend bool operator==(const TopRow&, const TopRow&) = default;
};

// session.show

struct SessionShowArgs {
  std::vector<SessionId> ids;
  friend bool operator==(const SessionShowArgs&, const SessionShowArgs&) = default;
};

struct StreamRow {
  std::uint64_t id = 0;
  std::string service;
  std::string state;
  std::string framing;
  std::string opened_by;
  std::uint64_t urgency = 0;
  std::uint64_t weight = 0;
  std::uint64_t rx_bytes = 0;
  std::uint64_t tx_bytes = 0;
  std::uint64_t rx_window_bytes = 0;
  std::uint64_t tx_window_bytes = 0;
  friend bool operator==(const StreamRow&, const StreamRow&) = default;
};

struct SessionDetail {
  SessionRow row;
  std::string local;
  std::uint64_t timeout_ms = 0;
  std::uint64_t rx_packets = 0;
  std::uint64_t tx_packets = 0;
  std::optional<std::uint64_t> min_rtt_us;
  std::uint64_t in_flight_bytes = 0;
  std::uint64_t datagram_bytes = 0;
  std::uint64_t heartbeats_answered = 0;
  std::optional<std::uint64_t> heartbeat_rtt_us;
  std::uint64_t times_limited = 0;
  std::vector<StreamRow> streams;
  friend bool operator==(const SessionDetail&, const SessionDetail&) = default;
};

struct ShowSummary {
  std::uint64_t count = 0;
  std::vector<SessionId> not_found;
  friend bool operator==(const ShowSummary&, const ShowSummary&) = default;
};

// session.close

struct SessionCloseArgs {
  std::vector<SessionId> ids;  ///< Or `match`, or `apply`: exactly one of them.
  CloseReason reason = CloseReason::kGoingAway;
  std::string message;
  std::optional<std::string> match{};
  std::optional<std::uint64_t> max{};
  bool dry_run = false;
  bool plan = false;
  std::optional<std::string> apply{};
  bool silent = false;
  std::optional<std::uint64_t> retry_after_ms{};
  std::optional<std::uint64_t> ban_ms{};
  friend bool operator==(const SessionCloseArgs&, const SessionCloseArgs&) = default;
};
enum class CloseOutcome : std::uint8_t {
  kClosed,          ///< CLOSE is on its way to the peer.
  kNotFound,        ///< No session has this id (any more).
  kAlreadyClosing,  ///< Either side had closed it before.
  kWouldClose,      ///< It was only asked what would be closed.
};
/// "closed", "not_found", "already_closing", "would_close"
std::string_view to_string(CloseOutcome outcome);
std::optional<CloseOutcome> parse_close_outcome(std::string_view text);

struct CloseRow {
  SessionId id;
  CloseOutcome outcome = CloseOutcome::kNotFound;
  std::optional<std::string> peer{};
  friend bool operator==(const CloseRow&, const CloseRow&) = default;
};

struct CloseSummary {
  std::uint64_t requested = 0;
  std::uint64_t closed = 0;
  std::uint64_t already_closing = 0;
  std::uint64_t not_found = 0;
  std::optional<std::string> token{};
  std::optional<UnixTime> expires_at{};
  std::uint64_t banned = 0;
  std::uint64_t not_banned = 0;
  friend bool operator==(const CloseSummary&, const CloseSummary&) = default;
};

// session.closed

struct SessionClosedArgs {
  std::uint64_t limit = kListLimitDefault;
  std::optional<std::string> filter{};
  std::optional<std::uint64_t> since_ms{};
  std::optional<std::string> cursor{};
  friend bool operator==(const SessionClosedArgs&, const SessionClosedArgs&) = default;
};

/// Something that happened to a session.
struct TrailRow {
  std::uint64_t after_ms = 0;
  std::string event;
  std::optional<std::uint64_t> detail;
  friend bool operator==(const TrailRow&, const TrailRow&) = default;
};

/// A session that has ended.
struct ClosedRow {
  SessionId id;
  std::string peer;
  std::string reason;
  std::string code;
  std::string by;
  std::string cause;
  std::string message;
  UnixTime ended_at;
  std::uint64_t duration_ms = 0;
  std::uint64_t rx_bytes = 0;
  std::uint64_t tx_bytes = 0;
  std::vector<TrailRow> trail{};
  std::uint64_t trail_left_out = 0;
  friend bool operator==(const ClosedRow&, const ClosedRow&) = default;
};

struct ClosedSummary {
  std::uint64_t count = 0;
  std::uint64_t remembered = 0;
  std::optional<std::string> cursor{};
  friend bool operator==(const ClosedSummary&, const ClosedSummary&) = default;
};

}  // namespace jetstream::control
