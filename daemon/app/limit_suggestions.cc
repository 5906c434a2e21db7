// SPDX-License-Identifier: MIT
#include "daemon/app/limit_suggestions.h"

#include <algorithm>

#include "daemon/config/config_schema.h"
#include "jetstream/stats.h"

namespace jetstream::daemon {
namespace {

constexpr double kNearlyAll = 0.999;

/// One limit of the configuration.
struct Limit {
  std::string_view key;
  std::string_view of;
  std::uint64_t current = 0;  // 0: off
  const UsageHistogram& seen;
  std::uint64_t held_back = 0;
  std::string_view about_held_back;
  /// Endpoints that each have an even share of it, and see that much of a source.
  std::uint64_t shares = 1;
};

/// Tomorrow is not today, and nobody sets a limit to 1234567.
std::uint64_t with_room(std::uint64_t value) {
  const std::uint64_t wanted = value + (value + 1) / 2;
  std::uint64_t unit = 1;
  while (wanted / unit >= 100) unit *= 10;
  return (wanted + unit - 1) / unit * unit;
}

/// Of all that came, what exceeds the limit.
std::optional<double> share_above(const Limit& limit, std::uint64_t value) {
  if (limit.seen.sum() == 0) return std::nullopt;
  const std::uint64_t own = (value + limit.shares - 1) / limit.shares;
  return limit.seen.excess(own) / static_cast<double>(limit.seen.sum());
}

control::LimitSuggestionRow row_of(const Limit& limit) {
  const auto at = [&](double part) { return limit.seen.quantile(part) * limit.shares; };
  control::LimitSuggestionRow row;
  row.key = limit.key;
  row.of = limit.of;
  row.seen = limit.seen.count();
  row.p50 = at(0.5);
  row.p99 = at(0.99);
  row.p99_9 = at(kNearlyAll);
  row.max = limit.seen.max() * limit.shares;
  row.held_back = limit.held_back;
  if (limit.held_back > 0) row.remark = limit.about_held_back;
  if (limit.current > 0) {
    row.current = limit.current;
    row.above_current = share_above(limit, limit.current);
  }
  if (row.seen < kSeenEnough) return row;
  row.suggested =
      std::min(with_room(row.p99_9), static_cast<std::uint64_t>(find_key(limit.key)->max));
  row.above_suggested = share_above(limit, *row.suggested);
  return row;
}

/// A limit holds in each direction, so the busier one counts.
Limit data_limit(std::string_view key, std::string_view of, std::uint64_t current,
                 const LimitUsage::Seen& seen, const EndpointStats& total, RateLimit received,
                 RateLimit sent) {
  const auto in = static_cast<std::size_t>(received);
  const auto out = static_cast<std::size_t>(sent);
  const auto& usage = seen.usage.limits;
  const auto held_back = [&](std::size_t i) {
    return total.rate_limit_waits[i] + total.rate_limit_drops[i];
  };
  return {.key = key,
          .of = of,
          .current = current,
          .seen = usage[in].quantile(kNearlyAll) >= usage[out].quantile(kNearlyAll) ? usage[in]
                                                                                    : usage[out],
          .held_back = held_back(in) + held_back(out),
          .about_held_back =
              "the limit in force has held data back, so more was wanted than was seen; "
              "limits.mode: observe shows it"};
}

}  // namespace

std::vector<control::LimitSuggestionRow> suggest_limits(const LimitUsage::Seen& seen,
                                                        const EndpointStats& total,
                                                        const Config& config) {
  using L = RateLimit;
  constexpr std::string_view kOfSession = "a session in a second";
  constexpr std::string_view kOfAll = "all sessions in a second";
  const auto refused = [&](Admission what) {
    return total.admission[static_cast<std::size_t>(what)];
  };
  const std::uint64_t shares = config.worker_count() * config.listen.size();
  const Limit limits[] = {
      {.key = "handshake.rate_per_source",
       .of = "a source in a second",
       .current = config.handshake_rate_per_source,
       .seen = seen.usage.source_handshakes,
       .held_back = refused(Admission::kSourceRate),
       .about_held_back = "handshakes that were refused are in it, and again when they came again",
       .shares = shares},
      {.key = "sessions.max_per_source",
       .of = "a source when one began",
       .current = config.sessions_max_per_source,
       .seen = seen.usage.source_sessions,
       .held_back = refused(Admission::kSourceFull),
       .about_held_back = "sessions that were refused are not in it",
       .shares = shares},
      data_limit("limits.session.messages_per_second", kOfSession,
                 config.limits.messages_per_second, seen, total, L::kSessionMessagesReceived,
                 L::kSessionMessagesSent),
      data_limit("limits.session.bytes_per_second", kOfSession, config.limits.bytes_per_second,
                 seen, total, L::kSessionBytesReceived, L::kSessionBytesSent),
      data_limit("limits.global.messages_per_second", kOfAll, config.global_messages_per_second,
                 seen, total, L::kGlobalMessagesReceived, L::kGlobalMessagesSent),
      data_limit("limits.global.bytes_per_second", kOfAll, config.global_bytes_per_second, seen,
                 total, L::kGlobalBytesReceived, L::kGlobalBytesSent)};
  std::vector<control::LimitSuggestionRow> rows;
  for (const Limit& limit : limits) rows.push_back(row_of(limit));
  return rows;
}

}  // namespace jetstream::daemon
