// SPDX-License-Identifier: MIT
#include "daemon/admin/admin_rows.h"

#include <algorithm>
#include <iterator>

#include "jetstream/identity.h"

namespace jetstream::daemon {
namespace {

template <class Unit>
std::uint64_t count_of(Duration duration) {
  const auto count = std::chrono::duration_cast<Unit>(duration).count();
  return count < 0 ? 0 : static_cast<std::uint64_t>(count);
}
std::uint64_t ms(Duration duration) { return count_of<std::chrono::milliseconds>(duration); }

/// Zero means that nothing was measured yet.
std::optional<std::uint64_t> sample_us(Duration duration) {
  if (duration <= Duration::zero()) return std::nullopt;
  return count_of<std::chrono::microseconds>(duration);
}

control::StreamRow stream_row(const StreamInfo& info, Role role) {
  control::StreamRow row;
  row.id = info.id.value();
  row.service = info.options.service;
  row.state = to_string(info.state);
  row.framing = to_string(info.options.framing);
  row.opened_by = to_string(info.opened_by_peer ? peer_of(role) : role);
  row.urgency = info.options.urgency;
  row.weight = info.options.weight;
  row.rx_bytes = info.bytes_received;
  row.tx_bytes = info.bytes_sent;
  row.rx_window_bytes = info.recv_window;
  row.tx_window_bytes = info.send_window;
  return row;
}

}  // namespace

control::SessionRow session_row(const SessionInfo& info, const ClockReading& clocks,
                                std::uint32_t worker) {
  control::SessionRow row;
  row.id = info.id;
  row.peer = info.path.remote.to_string();
  row.state = to_string(info.state);
  row.suite = to_string(info.suite);
  row.age_ms = ms(clocks.now - info.created_at);
  row.idle_ms = ms(clocks.now - info.last_activity);
  row.created_at = control::UnixTime(clocks.wall.value() - static_cast<std::int64_t>(row.age_ms));
  row.streams_open = info.streams_open;
  row.rx_bytes = info.bytes_received;
  row.tx_bytes = info.bytes_sent;
  row.rtt_us = sample_us(info.smoothed_rtt);
  row.cwnd_bytes = info.congestion_window;
  row.packets_lost = info.packets_lost;
  if (info.peer_identity) row.peer_identity = fingerprint(*info.peer_identity);
  row.worker = worker;
  return row;
}

control::SessionDetail session_detail(const SessionInfo& info, std::span<const StreamInfo> streams,
                                      const ClockReading& clocks, std::uint32_t worker) {
  control::SessionDetail detail;
  detail.row = session_row(info, clocks, worker);
  detail.local = info.path.local.to_string();
  detail.timeout_ms = ms(info.timeout);
  detail.rx_packets = info.packets_received;
  detail.tx_packets = info.packets_sent;
  detail.min_rtt_us = sample_us(info.min_rtt);
  detail.in_flight_bytes = info.bytes_in_flight;
  detail.datagram_bytes = info.datagram_bytes;
  detail.heartbeats_answered = info.heartbeats_answered;
  detail.heartbeat_rtt_us = sample_us(info.heartbeat_rtt);
  detail.times_limited = info.times_limited;
  for (const StreamInfo& stream :
       streams.first(std::min(streams.size(), control::kStreamsListedMax))) {
    detail.streams.push_back(stream_row(stream, info.role));
  }
  return detail;
}

void fill_counters(control::StatusReport& report, const EndpointStats& stats) {
  report.sessions_opened = stats.sessions_opened;
  report.sessions_expired = stats.sessions_expired;
  report.handshakes_started = stats.handshakes_started;
  report.handshakes_completed = stats.handshakes_completed;
  report.handshakes_failed = stats.handshakes_failed;
  report.rx_datagrams = stats.datagrams_received;
  report.tx_datagrams = stats.datagrams_sent;
  report.rx_bytes = stats.bytes_received;
  report.tx_bytes = stats.bytes_sent;
  report.packets_lost = stats.packets_lost;
  report.resets_sent = stats.resets_sent;
  report.resets_received = stats.resets_received;
  report.memory_held_bytes = stats.memory_held;
  report.memory_held_max_bytes = stats.memory_held_max;
  report.memory_budget_bytes = stats.memory_budget;
  for (std::size_t i = 0; i < stats.sessions_closed.size(); ++i) {
    report.sessions_closed.emplace_back(to_string(static_cast<CloseReason>(i)),
                                        stats.sessions_closed[i]);
  }
  for (std::size_t i = 0; i < stats.admission.size(); ++i) {
    report.admission.emplace_back(to_string(static_cast<Admission>(i)), stats.admission[i]);
  }
  report.resumption = {{"tickets_issued", stats.tickets_issued},
                       {"resumed", stats.handshakes_resumed},
                       {"early_accepted", stats.early_accepted}};
  for (std::size_t i = 0; i < stats.early_refused.size(); ++i) {
    report.resumption.emplace_back(
        "early_refused_" + std::string(to_string(static_cast<EarlyRefusal>(i))),
        stats.early_refused[i]);
  }
  for (std::size_t i = 0; i < stats.drops.size(); ++i) {
    report.drops.emplace_back(to_string(static_cast<DropReason>(i)), stats.drops[i]);
  }
  for (std::size_t i = 0; i < kRateLimitCount; ++i) {
    const auto name = to_string(static_cast<RateLimit>(i));
    report.rate_limit_waits.emplace_back(name, stats.rate_limit_waits[i]);
    report.rate_limit_observed.emplace_back(name, stats.rate_limit_observed[i]);
    report.rate_limit_drops.emplace_back(name, stats.rate_limit_drops[i]);
  }
}

std::vector<control::LimitRow> limit_rows(std::optional<SessionId> session,
                                          const LimitStates& states) {
  std::vector<control::LimitRow> rows;
  for (std::size_t i = 0; i < states.size(); ++i) {
    const LimitState& state = states[i];
    const auto limit = static_cast<RateLimit>(i);
    control::LimitRow row;
    row.session = session;
    row.limit = to_string(limit);
    if (state.per_second > 0) row.per_second = state.per_second;
    const bool is_global = limit >= RateLimit::kGlobalMessagesReceived;
    if (state.per_second > 0 && (session || is_global)) row.tokens = state.tokens;
    row.times = state.times;
    row.dropped = state.dropped;
    rows.push_back(std::move(row));
  }
  return rows;
}

void fill_limit_counts(LimitStates& states, const EndpointStats& stats) {
  for (std::size_t i = 0; i < states.size(); ++i) {
    states[i].times = stats.rate_limit_waits[i] + stats.rate_limit_observed[i];
    states[i].dropped = stats.rate_limit_drops[i];
  }
}

}  // namespace jetstream::daemon
