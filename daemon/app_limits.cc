// SPDX-License-Identifier: MIT
#include "daemon/app_limits.h"

#include <iterator>

#include "daemon/admin_rows.h"
#include "net/clock.h"

namespace jetstream::daemon {
namespace {

using Rows = std::vector<control::LimitRow>;

/// A limit of the configuration in both directions.
void set_rate(LimitStates& states, RateLimit received, RateLimit sent, std::uint64_t per_second) {
  for (const RateLimit limit : {received, sent}) {
    states[static_cast<std::size_t>(limit)].per_second = per_second;
  }
}

LimitStates configured(const RateLimits& limits, const SharedLimiter* shared) {
  LimitStates states{};
  set_rate(states, RateLimit::kSessionMessagesReceived, RateLimit::kSessionMessagesSent,
           limits.messages_per_second);
  set_rate(states, RateLimit::kSessionBytesReceived, RateLimit::kSessionBytesSent,
           limits.bytes_per_second);
  if (shared == nullptr) return states;
  for (auto i = static_cast<std::size_t>(RateLimit::kGlobalMessagesReceived); i < states.size();
       ++i) {
    const auto limit = static_cast<RateLimit>(i);
    states[i].per_second = shared->shape(limit).per_second;
    if (states[i].per_second > 0) states[i].tokens = shared->available(net::clock_now(), limit);
  }
  return states;
}

Rows rows_of(const Worker::Listener& listener, const std::vector<SessionId>& ids) {
  const Endpoint& endpoint = listener.driver->endpoint();
  Rows rows;
  for (const SessionId id : ids) {
    const auto handle = endpoint.find(id);
    if (!handle) continue;
    const auto states = endpoint.limits(listener.driver->now(), *handle);
    if (!states) continue;
    for (control::LimitRow& row : limit_rows(id, *states)) rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace

void AppLimits::limits(std::vector<SessionId> ids, Done<LimitsPage> done) {
  LimitsPage page{.rows = {}, .mode = std::string(to_string(config_.limits.mode))};
  if (ids.empty()) return daemon_limits(std::move(page), std::move(done));
  workers_.collect<Rows>(
      [ids = std::move(ids)](const Worker::Listener& listener, std::size_t) {
        return rows_of(listener, ids);
      },
      [page = std::move(page), done = std::move(done)](std::vector<Rows> parts) mutable {
        for (Rows& part : parts) std::move(part.begin(), part.end(), std::back_inserter(page.rows));
        done(std::move(page));
      });
}

void AppLimits::daemon_limits(LimitsPage page, Done<LimitsPage> done) {
  workers_.collect<EndpointStats>([](const Worker::Listener& listener,
                                     std::size_t) { return listener.driver->endpoint().stats(); },
                                  [this, page = std::move(page), done = std::move(done)](
                                      const std::vector<EndpointStats>& parts) mutable {
                                    EndpointStats sum;
                                    for (const EndpointStats& part : parts) sum += part;
                                    LimitStates states =
                                        configured(config_.limits, workers_.shared_limiter());
                                    fill_limit_counts(states, sum);
                                    page.rows = limit_rows(std::nullopt, states);
                                    done(std::move(page));
                                  });
}

}  // namespace jetstream::daemon
