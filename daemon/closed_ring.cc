// SPDX-License-Identifier: MIT
#include "daemon/closed_ring.h"

#include <algorithm>
#include <iterator>

#include "base/assert.h"
#include "daemon/session_pages.h"

namespace jetstream::daemon {

ClosedSession::ClosedSession(const SessionInfo& info, const CloseInfo& why, std::string what,
                             Instant now, control::UnixTime wall, const Trail& events)
    : id(info.id),
      peer(info.path.remote),
      reason(why.reason),
      code(why.code),
      by_peer(why.by_peer),
      cause(std::move(what)),
      message(why.message),
      ended_at(wall),
      rx_bytes(info.bytes_received),
      tx_bytes(info.bytes_sent),
      trail(events) {
  const auto lasted = std::chrono::duration_cast<std::chrono::milliseconds>(now - info.created_at);
  duration_ms = static_cast<std::uint64_t>(std::max<std::int64_t>(lasted.count(), 0));
}

control::ClosedRow ClosedSession::row() const {
  control::ClosedRow row;
  row.id = id;
  row.peer = peer.to_string();
  row.reason = to_string(reason);
  row.code = to_string(code);
  row.by = by_peer ? "peer" : "local";
  row.cause = cause;
  row.message = message;
  row.ended_at = ended_at;
  row.duration_ms = duration_ms;
  row.rx_bytes = rx_bytes;
  row.tx_bytes = tx_bytes;
  row.trail = trail.rows();
  row.trail_left_out = trail.left_out();
  return row;
}

void ClosedRing::add(ClosedSession session) {
  if (capacity_ == 0) return;
  ++end_;
  if (rows_.size() < capacity_) return rows_.push_back(std::move(session));
  rows_[next_] = std::move(session);
  next_ = (next_ + 1) % rows_.size();
}

void ClosedRing::resize(std::size_t capacity) {
  std::rotate(rows_.begin(), rows_.begin() + static_cast<std::ptrdiff_t>(next_), rows_.end());
  next_ = 0;
  if (rows_.size() > capacity) {
    rows_.erase(rows_.begin(), rows_.end() - static_cast<std::ptrdiff_t>(capacity));
    rows_.shrink_to_fit();
  }
  capacity_ = capacity;
}

const ClosedSession& ClosedRing::at(std::uint64_t number) const {
  JS_ASSERT(number >= begin() && number < end());
  return rows_[(next_ + (number - begin())) % rows_.size()];
}

std::optional<ClosedPage> ClosedMaker::step(const ClosedRing& ring) {
  page_.remembered = ring.size();
  if (!next_) next_ = ring.end();
  for (std::size_t i = 0; i < kSessionsPerPiece; ++i) {
    // What ends meanwhile pushes out the oldest ones.
    if (*next_ <= ring.begin() || page_.rows.size() == query_->limit) return std::move(page_);
    const ClosedSession& session = ring.at(--*next_);
    if (query_->since && session.ended_at < *query_->since) return std::move(page_);
    control::ClosedRow row = session.row();
    if (query_->filter.matches(control::RowSubject(row))) page_.rows.push_back(std::move(row));
  }
  return std::nullopt;
}

ClosedPage merge_closed(const ClosedQuery& query, std::vector<ClosedPage> parts) {
  ClosedPage whole;
  for (ClosedPage& part : parts) {
    whole.remembered += part.remembered;
    std::move(part.rows.begin(), part.rows.end(), std::back_inserter(whole.rows));
  }
  std::sort(whole.rows.begin(), whole.rows.end(), [](const auto& a, const auto& b) {
    return std::pair(a.ended_at, a.id) > std::pair(b.ended_at, b.id);
  });
  if (whole.rows.size() > query.limit) whole.rows.resize(query.limit);
  return whole;
}

}  // namespace jetstream::daemon
