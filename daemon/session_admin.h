// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "control/row_fields.h"
#include "daemon/admin_done.h"
#include "jetstream/control.h"

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

/// What the admin socket wants of sessions.
class SessionAdmin {
 public:
  virtual ~SessionAdmin() = default;

  virtual void list_sessions(SessionQuery query, Done<SessionPage> done) = 0;
  /// Leaves out those that there are not.
  virtual void show_sessions(std::vector<SessionId> ids,
                             Done<std::vector<control::SessionDetail>> done) = 0;
  /// One row for each id.
  virtual void close_sessions(CloseOrder order, Done<std::vector<control::CloseRow>> done) = 0;
  virtual void closed_sessions(std::size_t limit, Done<ClosedPage> done) = 0;
};

}  // namespace jetstream::daemon
