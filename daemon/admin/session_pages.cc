// SPDX-License-Identifier: MIT
#include "daemon/admin/session_pages.h"

#include <algorithm>
#include <iterator>

#include "control/row_fields.h"
#include "daemon/admin/admin_rows.h"

namespace jetstream::daemon {

void FirstRows::offer(control::SessionRow row) {
  const std::int64_t key = query_.order ? query_.order->key(control::RowSubject(row)) : 0;
  Entry entry{{key, row.id}, std::move(row)};
  if (rows_.size() == query_.limit) {
    cut_ = true;
    if (rows_.empty() || !before(entry, rows_.front())) return;
    std::pop_heap(rows_.begin(), rows_.end(), before);
    rows_.pop_back();
  }
  rows_.push_back(std::move(entry));
  std::push_heap(rows_.begin(), rows_.end(), before);
}

std::vector<control::SessionRow> FirstRows::take() {
  std::sort_heap(rows_.begin(), rows_.end(), before);
  std::vector<control::SessionRow> rows;
  for (Entry& entry : rows_) rows.push_back(std::move(entry.second));
  rows_.clear();
  return rows;
}

std::optional<SessionPage> PageMaker::step(const Endpoint& endpoint, const ClockReading& clocks) {
  if (!std::exchange(begun_, true)) {
    const std::uint64_t after = query_->after.value_or(SessionId(0)).value();
    if (after < UINT64_MAX) next_ = SessionId(after + 1);
  }
  if (next_) {
    next_ = endpoint.visit_sessions(*next_, kSessionsPerPiece, [&](const SessionInfo& info) {
      if (info.state != SessionState::kEstablished || is_full()) return;
      control::SessionRow row = session_row(info, clocks, worker_);
      if (!query_->filter.matches(control::RowSubject(row))) return;
      ++matched_;
      rows_.offer(std::move(row));
    });
  }
  if (next_ && !is_full()) return std::nullopt;
  SessionPage page;
  page.more = rows_.cut();
  page.table_size = endpoint.session_count();
  // Whoever stopped early, or began late, does not know.
  if (!next_ && !query_->after) page.matched = matched_;
  page.rows = rows_.take();
  return page;
}

SessionPage merge_pages(const SessionQuery& query, std::vector<SessionPage> pages) {
  SessionPage merged;
  merged.matched = 0;
  FirstRows first(query);
  for (SessionPage& page : pages) {
    for (control::SessionRow& row : page.rows) first.offer(std::move(row));
    merged.more = merged.more || page.more;
    merged.table_size += page.table_size;
    if (merged.matched && page.matched) {
      *merged.matched += *page.matched;
    } else {
      merged.matched.reset();
    }
  }
  merged.more = merged.more || first.cut();
  merged.rows = first.take();
  if (query.filter.matches_everything()) merged.matched = merged.table_size;
  return merged;
}

}  // namespace jetstream::daemon
