// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "daemon/admin/session_admin.h"
#include "daemon/process/clock_reading.h"
#include "jetstream/endpoint.h"

namespace jetstream::daemon {

/// Sessions that are looked at before packets get their turn again: some tens of microseconds.
inline constexpr std::size_t kSessionsPerPiece = 32;

/// The first rows in the order that a query asks for, of however many are offered.
class FirstRows {
 public:
  explicit FirstRows(const SessionQuery& query) : query_(query) {}

  /// A row that the filter has let through.
  void offer(control::SessionRow row);
  /// Rows were offered that found no room.
  bool cut() const { return cut_; }
  /// In their order. Empties it.
  std::vector<control::SessionRow> take();

 private:
  using Entry = std::pair<std::pair<std::int64_t, SessionId>, control::SessionRow>;
  static bool before(const Entry& a, const Entry& b) { return a.first < b.first; }

  const SessionQuery& query_;
  std::vector<Entry> rows_;  // a heap: the last one of them in front
  bool cut_ = false;
};

/// One endpoint's part of a session list, made a few sessions at a time.
class PageMaker {
 public:
  /// `query` is shared by all workers, which only read it.
  PageMaker(std::shared_ptr<const SessionQuery> query, std::uint32_t worker)
      : query_(std::move(query)), worker_(worker), rows_(*query_) {}

  /// Looks at the next kSessionsPerPiece sessions. The page, once it is whole.
  std::optional<SessionPage> step(const Endpoint& endpoint, const ClockReading& clocks);

 private:
  bool is_full() const { return !query_->order && rows_.cut(); }

  std::shared_ptr<const SessionQuery> query_;
  std::uint32_t worker_;
  FirstRows rows_;
  std::optional<SessionId> next_;
  bool begun_ = false;
  std::uint64_t matched_ = 0;
};

/// One page from the pages that the endpoints gave for the same query.
SessionPage merge_pages(const SessionQuery& query, std::vector<SessionPage> pages);

}  // namespace jetstream::daemon
