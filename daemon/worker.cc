// SPDX-License-Identifier: MIT
#include "daemon/worker.h"

#include "daemon/log.h"
#include "jetstream/system_random.h"

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
                        const std::map<std::string, ServiceConfig>& services) {
  auto endpoint = Endpoint::create(std::move(config), system_random());
  if (!endpoint) return unexpected(endpoint.error());
  auto driver = UdpDriver::create(io_, udp, std::move(*endpoint));
  if (!driver) return unexpected(driver.error());
  auto listener = std::make_unique<Listener>();
  listener->driver = std::move(*driver);
  listener->host = std::make_unique<ServiceHost>(listener->driver->endpoint(), services);
  listener->driver->on_turn(
      [this, host = listener->host.get(), driver = listener->driver.get()](Instant now) {
        if (host->take_events(now)) driver->wake();
        if (shut_down_done_) check_shut_down();
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
  thread_ = std::thread([this] { io_.run(); });
}

void Worker::stop() { io_.stop(); }

void Worker::shut_down(std::chrono::milliseconds within, std::function<void()> done) {
  shut_down_done_ = std::move(done);
  for (const auto& listener : listeners_) {
    Endpoint& endpoint = listener->driver->endpoint();
    listener->host->refuse_sessions();
    std::vector<SessionInfo> sessions;
    endpoint.visit_sessions([&](const SessionInfo& info) { sessions.push_back(info); });
    for (const SessionInfo& info : sessions) {
      if (info.state != SessionState::kEstablished) continue;
      log_event(LogEvent::kSessionClosing, {{"peer", info.path.remote.to_string()},
                                            {"session_id", info.id.value()},
                                            {"reason", to_string(CloseReason::kGoingAway)}});
      (void)endpoint.close(listener->driver->now(), info.handle, CloseReason::kGoingAway,
                           "the server is shutting down");
    }
    listener->driver->wake();
  }
  shut_down_timer_.expires_after(within);
  shut_down_timer_.async_wait([this](std::error_code error) {
    if (!error && shut_down_done_) std::exchange(shut_down_done_, nullptr)();
  });
}

void Worker::check_shut_down() {
  if (!all_sessions_gone()) return;
  shut_down_timer_.cancel();
  std::exchange(shut_down_done_, nullptr)();
}

bool Worker::all_sessions_gone() const {
  for (const auto& listener : listeners_) {
    bool any = false;
    listener->driver->endpoint().visit_sessions([&](const SessionInfo&) { any = true; });
    if (any) return false;
  }
  return true;
}

}  // namespace jetstream::daemon
