// SPDX-License-Identifier: MIT
#include "daemon/workers/worker.h"

#include <pthread.h>

#include <string>

#include "daemon/log/log.h"
#include "daemon/process/memory_return.h"
#include "jetstream/system_random.h"
#include "net/clock.h"

namespace jetstream::daemon {
namespace {

/// Datagrams of other workers that may wait for this one: as many as a socket's buffer holds of
/// ordinary size.
constexpr std::size_t kForwardedMax = 4096;

}  // namespace

Worker::~Worker() {
  stop();
  join();
}

void Worker::join() {
  if (thread_.joinable()) thread_.join();
}

void Worker::forward(std::size_t listener, const Path& path, Bytes datagram) {
  if (forwarded_waiting_.fetch_add(1, std::memory_order_relaxed) >= kForwardedMax) {
    forwarded_waiting_.fetch_sub(1, std::memory_order_relaxed);
    return;
  }
  post([this, listener, path,
        copy = std::vector<std::uint8_t>(datagram.begin(), datagram.end())]() mutable {
    forwarded_waiting_.fetch_sub(1, std::memory_order_relaxed);
    listeners_[listener]->driver->deliver(path, copy);
  });
}

Result<> Worker::listen(const UdpOptions& udp, EndpointConfig config,
                        const std::map<std::string, ServiceConfig>& services,
                        std::size_t closed_history) {
  auto endpoint = Endpoint::create(std::move(config), system_random());
  if (!endpoint) return unexpected(endpoint.error());
  auto driver = UdpDriver::create(io_, udp, std::move(*endpoint));
  if (!driver) return unexpected(driver.error());
  auto listener = std::make_unique<Listener>();
  listener->driver = std::move(*driver);
  listener->host =
      std::make_unique<ServiceHost>(listener->driver->endpoint(), services, closed_history);
  listener->driver->on_turn([this, host = listener->host.get(), driver = listener->driver.get(),
                             memory = MemoryReturn()](Instant now) mutable {
    progress_.turn();
    const ServiceHost::Turn turn = host->take_events(now);
    // They expire on whole seconds, so the clock is not read more often than that.
    if (turn.expired) host->note_cleanup(driver->now() - now);
    if (turn.again) driver->wake();
    if (memory.due(driver->endpoint().record_count())) return_memory();
  });
  listeners_.push_back(std::move(listener));
  return {};
}

Result<> Worker::attach_steering(std::size_t) {
  for (const auto& listener : listeners_) {
    if (const auto attached = listener->driver->attach_steering(); !attached) return attached;
  }
  return {};
}

void Worker::set_forward(std::size_t workers, const Forward& forward) {
  for (std::size_t i = 0; i < listeners_.size(); ++i) {
    listeners_[i]->driver->set_workers(
        static_cast<std::uint8_t>(index_), workers,
        [forward, i](std::uint8_t worker, const Path& path, Bytes bytes) {
          forward(worker, i, path, bytes);
        });
  }
}

void Worker::run() {
  for (const auto& listener : listeners_) listener->driver->start();
  beat_later();
  thread_ = std::thread([this] { io_.run(); });
  // As top -H and a debugger show it; 15 characters at most.
  pthread_setname_np(thread_.native_handle(), ("worker-" + std::to_string(index_)).c_str());
}

void Worker::beat_later() {
  beat_due_ = net::clock_now() + LoopProgress::kBeat;
  beat_timer_.expires_at(net::to_steady(beat_due_));
  beat_timer_.async_wait([this](std::error_code error) {
    if (error) return;
    progress_.turn();
    progress_.late_by(net::clock_now() - beat_due_);
    beat_later();
  });
}

void Worker::stop() { io_.stop(); }

}  // namespace jetstream::daemon
