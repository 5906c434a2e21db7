// SPDX-License-Identifier: MIT
#include "cli/jscat/runner.h"

#include <csignal>
#include <vector>

#include "crypto/openssl_random.h"
#include "jetstream/system_random.h"

namespace jetstream::jscat {
namespace {

UdpOptions udp_options(const ServerArgs& server) {
  UdpOptions options;
  if (server.bind) {
    options.bind = *server.bind;
    return options;
  }
  // IPv4 over an IPv6 socket works, but costs the kernel more for each datagram.
  const auto numeric = parse_endpoint(server.name);
  if (server.family == Family::kIpv4 || (numeric && numeric->is_v4())) {
    options.bind = PeerAddress::v4({0, 0, 0, 0}, 0);
  }
  options.v6_only = server.family == Family::kIpv6;
  return options;
}

bool is_wildcard(const PeerAddress& address) { return address.ip == PeerAddress{}.ip; }

}  // namespace

Runner::Runner() : signals_(io_) {}

Result<std::unique_ptr<Runner>, Failure> Runner::open(const ServerArgs& server,
                                                      const SessionConfig& session) {
  EndpointConfig config;
  config.session = session;
  config.handshake_timeout = server.timeout;
  config.prefer_aes = crypto::cpu_has_aes();
  const auto failed = [](const Error& error) {
    return unexpected(Failure{kExitTransport, "no UDP socket", error.message,
                              "another address by --bind, or none"});
  };
  std::unique_ptr<Runner> runner(new Runner);
  runner->family_ = server.family;
  auto endpoint = Endpoint::create(std::move(config), system_random());
  if (!endpoint) return failed(endpoint.error());
  auto driver = UdpDriver::create(runner->io_, udp_options(server), std::move(*endpoint));
  if (!driver) return failed(driver.error());
  runner->driver_ = std::move(*driver);
  runner->driver_->on_turn([self = runner.get()](Instant now) { self->on_turn(now); });
  runner->driver_->start();
  runner->wait_signal();
  return runner;
}

Runner::~Runner() {
  if (driver_ == nullptr) return;
  std::vector<SessionHandle> sessions;
  endpoint().visit_sessions([&](const SessionInfo& info) { sessions.push_back(info.handle); });
  for (const SessionHandle session : sessions) {
    // One that is closing already refuses, which is as well.
    static_cast<void>(endpoint().close(now(), session, CloseReason::kNormal, {}));
  }
  driver_->flush_sends();
}

int Runner::run(Actor& actor) {
  actor_ = &actor;
  driver_->wake();
  if (signal_ == 0 && !stopped_) {
    io_.restart();
    io_.run();
  }
  stopped_ = false;
  actor_ = nullptr;
  return signal_;
}

void Runner::stop() {
  stopped_ = true;
  io_.stop();
}

void Runner::on_turn(Instant now) {
  while (actor_ != nullptr && !stopped_) {
    const auto event = endpoint().poll_event();
    if (!event) break;
    actor_->on_event(now, *event);
  }
  if (actor_ != nullptr && !stopped_) actor_->on_turn(now);
}

void Runner::wait_signal() {
  asio::error_code ignored;
  signals_.add(SIGINT, ignored);
  signals_.add(SIGTERM, ignored);
  signals_.async_wait([this](const asio::error_code& error, int signal) {
    if (error) return;
    signal_ = signal;
    asio::error_code already_gone;
    signals_.clear(already_gone);
    stop();
  });
}

bool Runner::reaches(const PeerAddress& remote) const {
  const PeerAddress& local = driver_->local_address();
  if (family_ == Family::kIpv4 && !remote.is_v4()) return false;
  if (family_ == Family::kIpv6 && remote.is_v4()) return false;
  if (local.is_v4()) return remote.is_v4();
  return !remote.is_v4() || is_wildcard(local);
}

}  // namespace jetstream::jscat
