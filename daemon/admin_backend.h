// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "daemon/config.h"
#include "jetstream/control.h"

namespace jetstream::daemon {

/// Which sessions to list: up to `limit` of those whose id is above `after`, in the order of ids.
/// Ids only ever count up, so a reader who goes on where the last page ended misses no session that
/// stays, and sees none twice, whatever opens and closes meanwhile.
struct SessionQuery {
  std::optional<SessionId> after;
  std::size_t limit = 0;
};

struct SessionPage {
  std::vector<control::SessionRow> rows;  ///< In the order of ids.
  bool more = false;                      ///< Sessions follow that the limit has cut off.
  std::uint64_t table_size = 0;           ///< Sessions in all, whatever was asked for.
};

/// What the rate limits are and do. Of one session that has all of them, or of the daemon.
struct LimitsPage {
  std::vector<control::LimitRow> rows;
  std::string mode;
};

struct CloseOrder {
  std::vector<SessionId> ids;
  CloseReason reason = CloseReason::kGoingAway;
  std::string message;
};

/// The sessions that have ended, the newest first.
struct ClosedPage {
  std::vector<control::ClosedRow> rows;
  std::uint64_t remembered = 0;  ///< Whatever was asked for.
};

enum class DrainOutcome : std::uint8_t {
  kDone,
  kAlready,   ///< start: one is under way, or over. cancel: there is none.
  kStopping,  ///< The daemon stops; nothing can be changed about that.
};

struct DrainAnswer {
  DrainOutcome outcome = DrainOutcome::kDone;
  control::DrainReport report;
};

enum class StopOutcome : std::uint8_t {
  kStopping,  ///< Begun: all sessions are being closed.
  kAlready,   ///< It was under way before, and this request changes nothing.
};

/// All that the admin socket knows of the daemon behind it.
///
/// Sessions live on worker threads, so every answer comes through `done`: to be called exactly
/// once, on the thread that asked, before or after the call returns. Whoever asked copes with a
/// `done` that comes late or, when the process ends, never.
class AdminBackend {
 public:
  template <class T>
  using Done = std::function<void(T)>;

  virtual ~AdminBackend() = default;

  /// Everything but `version` and `pid`.
  virtual void status(Done<control::StatusReport> done) = 0;
  virtual void list_sessions(const SessionQuery& query, Done<SessionPage> done) = 0;
  /// Leaves out those that there are not.
  virtual void show_sessions(std::vector<SessionId> ids,
                             Done<std::vector<control::SessionDetail>> done) = 0;
  /// Of the daemon without ids, otherwise of those sessions that there are.
  virtual void limits(std::vector<SessionId> ids, Done<LimitsPage> done) = 0;
  /// One row for each id.
  virtual void close_sessions(CloseOrder order, Done<std::vector<control::CloseRow>> done) = 0;
  virtual void closed_sessions(std::size_t limit, Done<ClosedPage> done) = 0;
  /// `deadline` instead of the configured one.
  virtual void drain_start(std::optional<std::chrono::milliseconds> deadline,
                           Done<DrainAnswer> done) = 0;
  virtual void drain_cancel(Done<DrainAnswer> done) = 0;
  virtual void drain_status(Done<DrainAnswer> done) = 0;
  /// `now` closes all sessions at once and waits for nothing; it hastens a stop that waits.
  virtual void stop(bool now, Done<StopOutcome> done) = 0;
  /// Changes the level of the log, if `level` is set. What it was before.
  virtual LogLevel log_level(std::optional<LogLevel> level) = 0;
};

}  // namespace jetstream::daemon
