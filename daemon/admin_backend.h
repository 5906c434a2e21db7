// SPDX-License-Identifier: MIT
#pragma once

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

struct CloseOrder {
  std::vector<SessionId> ids;
  CloseReason reason = CloseReason::kGoingAway;
  std::string message;
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
  /// One row for each id.
  virtual void close_sessions(CloseOrder order, Done<std::vector<control::CloseRow>> done) = 0;
  /// `now` does not wait for the CLOSEs that have to be sent again; it hastens a stop that waits.
  virtual void stop(bool now, Done<StopOutcome> done) = 0;
  /// Changes the level of the log, if `level` is set. What it was before.
  virtual LogLevel log_level(std::optional<LogLevel> level) = 0;
};

}  // namespace jetstream::daemon
