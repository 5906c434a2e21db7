// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "control/row_fields.h"
#include "daemon/admin/admin_done.h"
#include "daemon/admin/close_plans.h"
#include "daemon/admin/closed_cursor.h"
#include "daemon/process/clock_reading.h"
#include "jetstream/control.h"
#include "jetstream/event.h"

namespace jetstream::daemon {

/// Which sessions to list: up to `limit` of those that the filter lets through and whose id is
/// above `after`, the first ones in the order of ids or in another. Ids only ever count up, so a
/// reader who goes on where the last page ended misses no session that stays, and sees none twice,
/// whatever opens and closes meanwhile.
struct SessionQuery {
  std::optional<SessionId> after;
  std::size_t limit = 0;
  control::Filter filter;
  std::optional<control::RowOrder> order;  ///< By ids if there is none.
};

struct SessionPage {
  std::vector<control::SessionRow> rows;  ///< In the order that was asked for.
  bool more = false;                      ///< Sessions follow that the limit has cut off.
  std::optional<std::uint64_t> matched;   ///< Sessions that the filter lets through, if known.
  std::uint64_t table_size = 0;           ///< Sessions in all, whatever was asked for.
};

/// Which sessions match, and how many of their ids are wanted.
struct MatchQuery {
  control::Filter filter;
  std::uint64_t keep = 0;
};

struct MatchedSessions {
  std::uint64_t count = 0;
  std::vector<SessionId> ids;             ///< In their order; the first `keep` of them.
  std::vector<control::CloseRow> sample;  ///< The first kCloseRowsMax.
};

struct CloseOrder {
  /// More at once are not told one by one in the log: the command's record says how many they were.
  static constexpr std::size_t kToldOneByOne = 100;

  std::vector<SessionId> ids;
  CloseInfo why;
  uid_t uid = 0;  ///< On whose behalf.
  bool want_peers = false;
};

/// What became of the sessions of an order.
struct CloseTally {
  std::vector<control::CloseRow> rows;  ///< Of the first kCloseRowsMax, in the order's order.
  std::uint64_t closed = 0;
  std::uint64_t already_closing = 0;
  /// Where the peers of those that were closed have proven to be, if that was wanted.
  std::vector<PeerAddress> peers{};
};

/// Which ended sessions to list, the newest first.
struct ClosedQuery {
  std::size_t limit = 0;
  control::Filter filter;
  std::optional<control::UnixTime> since;
  std::optional<ClosedKey> before{};  ///< Those that ended earlier alone.
};

struct ClosedPage {
  std::vector<control::ClosedRow> rows;
  std::uint64_t remembered = 0;     ///< Whatever was asked for.
  std::optional<ClosedKey> last{};  ///< Of the last row, if more follow that the limit cut off.
};

/// What the admin socket wants of sessions.
class SessionAdmin {
 public:
  virtual ~SessionAdmin() = default;

  virtual void list_sessions(SessionQuery query, Done<SessionPage> done) = 0;
  /// Leaves out those that there are not.
  virtual void show_sessions(std::vector<SessionId> ids,
                             Done<std::vector<control::SessionDetail>> done) = 0;
  virtual void match_sessions(MatchQuery query, Done<MatchedSessions> done) = 0;
  virtual void close_sessions(CloseOrder order, Done<CloseTally> done) = 0;
  /// Closes of many that wait to be confirmed.
  virtual ClosePlans& close_plans() = 0;
  virtual ClockReading clocks() const = 0;
  virtual void closed_sessions(ClosedQuery query, Done<ClosedPage> done) = 0;
};

}  // namespace jetstream::daemon
