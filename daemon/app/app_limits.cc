// SPDX-License-Identifier: MIT
#include "daemon/app/app_limits.h"

#include <iterator>
#include <memory>

#include "daemon/admin/admin_rows.h"
#include "daemon/app/limit_suggestions.h"
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

AppLimits::AppLimits(WorkerGroup& workers, const Config& config)
    : workers_(workers), config_(config), usage_(net::clock_now()) {}

void AppLimits::look(const EndpointStats& total) {
  const Instant now = net::clock_now();
  usage_.look(now, total);
  total_ = total;
  if (gathering_ || !usage_.is_due(now)) return;
  gathering_ = true;
  gather([this] {
    gathering_ = false;
    usage_.turn(net::clock_now());
  });
}

void AppLimits::gather(std::function<void()> then) {
  // Of 40 kB each, so not handed around by value.
  using Part = std::shared_ptr<const Usage>;
  workers_.collect<Part>(
      [](const Worker::Listener& listener, std::size_t) {
        return std::make_shared<const Usage>(
            listener.driver->endpoint().take_usage(listener.driver->now()));
      },
      [this, then = std::move(then)](const std::vector<Part>& parts) {
        for (const Part& part : parts) usage_.add(*part);
        then();
      });
}

void AppLimits::suggest(Done<LimitSuggestionsPage> done) {
  gather([this, done = std::move(done)] {
    const LimitUsage::Seen seen = usage_.seen(net::clock_now());
    const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(seen.time);
    done({.rows = suggest_limits(seen, total_, config_),
          .summary = {.mode = std::string(to_string(config_.limits.mode)),
                      .seen_ms = static_cast<std::uint64_t>(time.count()),
                      .seen_needed = kSeenEnough}});
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
