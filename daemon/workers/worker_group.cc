// SPDX-License-Identifier: MIT
#include "daemon/workers/worker_group.h"

#include <algorithm>

#include "crypto/connection_id.h"
#include "crypto/openssl_random.h"

namespace jetstream::daemon {

namespace {

/// What one endpoint remembers of sessions.closed_history.
std::size_t closed_history_share(const Config& config) {
  const std::size_t parts = config.worker_count() * config.listen.size();
  return (config.closed_history + parts - 1) / parts;
}

}  // namespace

WorkerGroup::~WorkerGroup() {
  // All first, so that none waits for another that is still serving.
  for (const auto& worker : workers_) worker->stop();
  // And all joined before one is gone: a last turn of one may still forward to another.
  for (const auto& worker : workers_) worker->join();
}

Result<> WorkerGroup::bind(const Identity& identity, const InheritedSockets& inherited,
                           std::shared_ptr<const AddressFilter> address_filter) {
  const std::size_t count = config_.worker_count();
  identity_ = identity;
  renew_limiter(config_);
  for (std::size_t i = 0; i < count; ++i) workers_.push_back(std::make_unique<Worker>(i));
  for (std::size_t listener = 0; listener < config_.listen.size(); ++listener) {
    const PeerAddress& address = config_.listen[listener];
    PeerAddress bound = address;
    for (const auto& worker : workers_) {
      UdpOptions udp;
      udp.bind = bound;
      udp.adopted_fd = inherited.fd(listener, worker->index());
      if (count > 1) udp.sharing = worker->index() == 0 ? PortSharing::kFirst : PortSharing::kJoin;
      udp.socket_buffer_bytes = config_.socket_receive_buffer;
      EndpointConfig endpoint = endpoint_config(config_, worker->index());
      endpoint.server->address_filter = address_filter;
      // Sessions of a run before can only come to a port that stays.
      if (address.port != 0) endpoint.server->reset_key = crypto::reset_key(identity, address);
      auto listening =
          worker->listen(udp, std::move(endpoint), config_.services, closed_history_share(config_));
      if (!listening) return listening;
      // Port 0 is chosen once; the other workers share it.
      bound = worker->listeners().back()->driver->local_address();
    }
  }
  if (count > 1) {
    if (const auto steered = workers_.front()->attach_steering(count); !steered) return steered;
    for (const auto& worker : workers_) {
      worker->set_forward(
          count, [this](std::size_t to, std::size_t listener, const Path& path, Bytes bytes) {
            workers_[to]->forward(listener, path, bytes);
          });
    }
  }
  return {};
}

void WorkerGroup::on_offence(const std::function<void(const PeerAddress& peer)>& report) {
  for (const auto& worker : workers_) {
    for (const auto& listener : worker->listeners()) listener->host->on_offence(report);
  }
}

void WorkerGroup::run() {
  for (const auto& worker : workers_) worker->run();
}

std::vector<PeerAddress> WorkerGroup::addresses() const {
  std::vector<PeerAddress> addresses;
  for (const auto& listener : workers_.front()->listeners()) {
    addresses.push_back(listener->driver->local_address());
  }
  return addresses;
}

std::vector<std::uint64_t> WorkerGroup::turns() const {
  std::vector<std::uint64_t> turns;
  for (const auto& worker : workers_) turns.push_back(worker->progress().turns());
  return turns;
}

std::vector<Duration> WorkerGroup::lags() const {
  std::vector<Duration> lags;
  for (const auto& worker : workers_) lags.push_back(worker->progress().lag());
  return lags;
}

void WorkerGroup::begin_drain(const DrainPlan& plan) {
  for (const auto& worker : workers_) {
    worker->post([worker = worker.get(), plan] { worker->begin_drain(plan); });
  }
}

void WorkerGroup::cancel_drain() {
  for (const auto& worker : workers_) {
    worker->post([worker = worker.get()] { worker->cancel_drain(); });
  }
}

void WorkerGroup::close_all() {
  for (const auto& worker : workers_) {
    worker->post([worker = worker.get()] { worker->close_all(); });
  }
}

void WorkerGroup::set_address_filter(const std::shared_ptr<const AddressFilter>& filter) {
  for (const auto& worker : workers_) {
    worker->post([worker = worker.get(), filter] {
      for (const auto& listener : worker->listeners()) {
        UdpDriver& driver = *listener->driver;
        driver.endpoint().set_address_filter(driver.now(), filter);
      }
    });
  }
}

}  // namespace jetstream::daemon
