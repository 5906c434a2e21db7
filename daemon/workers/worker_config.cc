// SPDX-License-Identifier: MIT
//
// What the configuration means to the endpoints of the workers, at the start and whenever it
// changes.
#include <algorithm>

#include "crypto/openssl_random.h"
#include "daemon/workers/worker_group.h"
#include "endpoint/config_check.h"
#include "net/clock.h"

namespace jetstream::daemon {
namespace {

/// Each endpoint has an even share of what is configured for the daemon, rounded up.
std::uint32_t share(const Config& config, std::uint32_t whole) {
  const auto parts = static_cast<std::uint32_t>(config.worker_count() * config.listen.size());
  return std::max(1u, (whole + parts - 1) / parts);
}

ResumptionConfig resumption_config(const Config& config) {
  ResumptionConfig resumption{.enabled = config.resumption_enabled,
                              .ticket_lifetime = config.ticket_lifetime,
                              .early_data_max = config.early_data_max};
  for (const auto& [name, service] : config.services) {
    if (service.early_data) resumption.early_services.push_back(name);
  }
  return resumption;
}

SharedLimiterOptions limiter_options(const Config& config) {
  return {.messages_per_second = config.global_messages_per_second,
          .bytes_per_second = config.global_bytes_per_second,
          .message_bytes_max = config.session.message_bytes_max,
          .leaseholders = static_cast<std::uint32_t>(config.worker_count() * config.listen.size())};
}

}  // namespace

ServerConfig WorkerGroup::server_config(const Config& config) const {
  const bool rate_off = config.handshake_rate_per_source == 0;
  return {
      .identity = *identity_,
      .client_auth = config.client_auth,
      .authorized_clients = config.authorized_clients,
      .sessions_max = share(config, config.sessions_max),
      .half_open_max = std::max(2u, share(config, config.half_open_max)),
      .retry = config.retry,
      .handshake_rate_per_source = rate_off ? 0 : share(config, config.handshake_rate_per_source),
      .handshake_burst_per_source = share(config, config.handshake_burst_per_source),
      .sessions_max_per_source = share(config, config.sessions_max_per_source),
      .exempt = config.limits_exempt,
      .hello_secret = hello_secret_,
      .resumption = resumption_config(config)};
}

EndpointConfig WorkerGroup::endpoint_config(const Config& config, std::size_t worker) {
  EndpointConfig endpoint;
  endpoint.session = config.session;
  endpoint.handshake_timeout = config.handshake_timeout;
  endpoint.cleanup_interval = config.cleanup_interval;
  endpoint.memory_bytes_max = config.worker_memory / config.listen.size();
  endpoint.worker = static_cast<std::uint8_t>(worker);
  endpoint.session_ids = &session_ids_;
  endpoint.prefer_aes = crypto::cpu_has_aes();
  endpoint.limits = config.limits;
  endpoint.shared_limiter = shared_limiter_;
  endpoint.server = server_config(config);
  endpoint.ticket_keys = ticket_keys_.get();
  endpoint.replay_store = replay_store_.get();
  return endpoint;
}

void WorkerGroup::renew_limiter(const Config& config) {
  const SharedLimiterOptions options = limiter_options(config);
  if (shared_limiter_ != nullptr && options == limiter_options_) return;
  limiter_options_ = options;
  auto before = std::exchange(shared_limiter_, make_shared_limiter(options));
  if (before == nullptr) return;
  const Instant now = net::clock_now();
  for (auto i = static_cast<std::size_t>(RateLimit::kGlobalMessagesReceived); i < kRateLimitCount;
       ++i) {
    const auto limit = static_cast<RateLimit>(i);
    const auto shape = shared_limiter_->shape(limit);
    if (shape.per_second == 0 || before->shape(limit).per_second == 0) continue;
    const std::uint64_t left = std::min(shape.burst, before->available(now, limit));
    if (left < shape.burst) shared_limiter_->lease(now, limit, shape.burst - left);
  }
}

Result<> WorkerGroup::check(const Config& config) {
  return endpoint::check(endpoint_config(config, 0));
}

void WorkerGroup::apply(const Config& config, std::function<void()> done) {
  renew_limiter(config);
  collect<bool>(
      [endpoint = endpoint_config(config, 0), services = config.services,
       closed = (config.closed_history + config.worker_count() * config.listen.size() - 1) /
                (config.worker_count() * config.listen.size())](const Worker::Listener& listener,
                                                                std::size_t) {
        listener.host->set_services(services);
        listener.host->keep_closed(closed);
        return listener.driver->endpoint()
            .reconfigure(listener.driver->now(), endpoint)
            .has_value();
      },
      [done = std::move(done)](const std::vector<bool>&) { done(); });
}

}  // namespace jetstream::daemon
