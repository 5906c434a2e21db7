// SPDX-License-Identifier: MIT
#include "daemon/closed_ring.h"

#include <algorithm>
#include <iterator>

namespace jetstream::daemon {

void ClosedRing::add(const SessionInfo& info, const CloseInfo& why, const std::string& cause,
                     Instant now, control::UnixTime wall) {
  const auto lasted = std::chrono::duration_cast<std::chrono::milliseconds>(now - info.created_at);
  control::ClosedRow row;
  row.id = info.id;
  row.peer = info.path.remote.to_string();
  row.reason = to_string(why.reason);
  row.code = to_string(why.code);
  row.by = why.by_peer ? "peer" : "local";
  row.cause = cause;
  row.message = why.message;
  row.ended_at = wall;
  row.duration_ms = static_cast<std::uint64_t>(std::max<std::int64_t>(lasted.count(), 0));
  row.rx_bytes = info.bytes_received;
  row.tx_bytes = info.bytes_sent;
  if (rows_.size() < control::kClosedKept) return rows_.push_back(std::move(row));
  rows_[next_] = std::move(row);
  next_ = (next_ + 1) % rows_.size();
}

std::vector<control::ClosedRow> ClosedRing::newest(std::size_t limit) const {
  std::vector<control::ClosedRow> rows;
  for (std::size_t i = 1; i <= std::min(limit, rows_.size()); ++i) {
    rows.push_back(rows_[(next_ + rows_.size() - i) % rows_.size()]);
  }
  return rows;
}

std::vector<control::ClosedRow> merge_closed(std::vector<std::vector<control::ClosedRow>> parts,
                                             std::size_t limit) {
  std::vector<control::ClosedRow> all;
  for (auto& part : parts) std::move(part.begin(), part.end(), std::back_inserter(all));
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return a.ended_at > b.ended_at; });
  if (all.size() > limit) all.resize(limit);
  return all;
}

}  // namespace jetstream::daemon
