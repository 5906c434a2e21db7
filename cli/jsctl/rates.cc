// SPDX-License-Identifier: MIT
#include "jsctl/rates.h"

#include <algorithm>

namespace jetstream::jsctl {
namespace {

/// Bits a second; none if no time has passed.
std::optional<std::uint64_t> bits_per_second(std::uint64_t bytes, std::uint64_t ms) {
  if (ms == 0) return std::nullopt;
  return static_cast<std::uint64_t>(static_cast<double>(bytes) * 8000.0 / static_cast<double>(ms));
}

}  // namespace

std::vector<control::TopRow> Rates::next(const std::vector<control::SessionRow>& rows,
                                         std::chrono::milliseconds between) {
  std::vector<control::TopRow> top;
  std::map<SessionId, control::SessionRow> now;
  for (const control::SessionRow& row : rows) {
    control::SessionRow then;  // with nothing counted, at the beginning of the session
    const auto found = before_.find(row.id);
    if (found != before_.end()) then = found->second;
    const bool known =
        found != before_.end() ||
        row.age_ms < static_cast<std::uint64_t>(std::max<std::int64_t>(between.count(), 0));
    control::TopRow& made = top.emplace_back();
    made.id = row.id;
    made.peer = row.peer;
    if (known && row.age_ms >= then.age_ms && row.rx_bytes >= then.rx_bytes &&
        row.tx_bytes >= then.tx_bytes) {
      const std::uint64_t ms = row.age_ms - then.age_ms;
      made.rx_bps = bits_per_second(row.rx_bytes - then.rx_bytes, ms);
      made.tx_bps = bits_per_second(row.tx_bytes - then.tx_bytes, ms);
      made.bps = bits_per_second(row.rx_bytes - then.rx_bytes + row.tx_bytes - then.tx_bytes, ms);
      made.lost = row.packets_lost - std::min(row.packets_lost, then.packets_lost);
    }
    made.rx_bytes = row.rx_bytes;
    made.tx_bytes = row.tx_bytes;
    made.streams_open = row.streams_open;
    made.rtt_us = row.rtt_us;
    made.idle_ms = row.idle_ms;
    made.age_ms = row.age_ms;
    now[row.id] = row;
  }
  before_ = std::move(now);
  return top;
}

std::vector<control::TopRow> first_of(std::vector<control::TopRow> rows,
                                      const control::RowOrder& order, std::size_t limit) {
  const auto place = [&](const control::TopRow& row) {
    return std::pair(order.key(control::RowSubject(row)), row.id);
  };
  std::sort(rows.begin(), rows.end(),
            [&](const auto& a, const auto& b) { return place(a) < place(b); });
  if (rows.size() > limit) rows.resize(limit);
  return rows;
}

}  // namespace jetstream::jsctl
