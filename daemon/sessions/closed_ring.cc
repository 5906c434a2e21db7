// SPDX-License-Identifier: MIT
#include "daemon/sessions/closed_ring.h"

#include <algorithm>
#include <iterator>

#include "base/assert.h"
#include "daemon/admin/session_pages.h"

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
      ended(now),
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

std::optional<EndedPart> ClosedMaker::step(const ClosedRing& ring) {
  part_.remembered = ring.size();
  if (!next_) next_ = ring.end();
  for (std::size_t i = 0; i < kSessionsPerPiece; ++i) {
    // What ends meanwhile pushes out the oldest ones.
    if (*next_ <= ring.begin() || part_.found.size() > query_->limit) return std::move(part_);
    const std::uint64_t number = --*next_;
    const ClosedSession& session = ring.at(number);
    const ClosedKey key{session.ended, number, session.id};
    if (query_->before && key >= *query_->before) continue;
    if (query_->since && session.ended_at < *query_->since) return std::move(part_);
    control::ClosedRow row = session.row();
    if (!query_->filter.matches(control::RowSubject(row))) continue;
    part_.found.push_back({key, std::move(row)});
  }
  return std::nullopt;
}

ClosedPage merge_closed(const ClosedQuery& query, std::vector<EndedPart> parts) {
  ClosedPage whole;
  std::vector<EndedPart::Found> found;
  for (EndedPart& part : parts) {
    whole.remembered += part.remembered;
    std::move(part.found.begin(), part.found.end(), std::back_inserter(found));
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.key > b.key; });
  if (found.size() > query.limit) {
    found.resize(query.limit);
    whole.last = found.back().key;
  }
  for (EndedPart::Found& one : found) whole.rows.push_back(std::move(one.row));
  return whole;
}

}  // namespace jetstream::daemon
