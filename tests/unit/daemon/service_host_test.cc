// SPDX-License-Identifier: MIT
#include "daemon/services/service_host.h"

#include <catch2/catch.hpp>

#include "unit/endpoint/lone_endpoint.h"

namespace jetstream::daemon {
namespace {

using namespace jetstream::testing;
using namespace std::chrono_literals;

EndpointConfig silent(Duration timeout) {
  EndpointConfig config;
  config.session.timeout = timeout;
  config.session.heartbeat_enabled = false;
  return config;
}

/// A server's endpoint whose events its services take, as in a worker's turn.
struct Hosted {
  LoneEndpoint endpoint{server_config(), silent(7s)};
  ServiceHost host{*endpoint.operator->(), {}, 10};

  ServiceHost::Turn turn() {
    endpoint->flush(endpoint.now);
    if (endpoint->poll_timeout() <= endpoint.now) endpoint->handle_timeout(endpoint.now);
    const ServiceHost::Turn turn = host.take_events(endpoint.now);
    sent = endpoint.turn();
    return turn;
  }
  /// A client that has a session from now on.
  SessionHandle client(std::uint16_t port) {
    RawClient client(endpoint.now, server_trust(), {}, port);
    const PeerAddress address = PeerAddress::v4({198, 51, 100, 2}, port);
    endpoint.give(address, client.hello());
    turn();
    REQUIRE(client.take_flight(sent.at(0).bytes));
    endpoint.give(address, client.finished());
    turn();
    return endpoint->find(address).value();
  }
  std::uint64_t lags_in(double from, double to) const {
    const Histogram& lags = host.figures().cleanup_lags;
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < lags.bounds().size(); ++i) {
      if (lags.bounds()[i] > from && lags.bounds()[i] <= to) count += lags.in_bucket(i);
    }
    return count;
  }

  SentList sent;
};

}  // namespace

TEST_CASE("How late a session expired is counted from the end of its time on") {
  Hosted hosted;
  hosted.client(20001);
  hosted.endpoint.now += 200ms;
  hosted.client(20002);
  // The first is due after 7 s, the second one 200 ms later, and the worker comes at 9.2 s.
  hosted.endpoint.now = kStart + 6s + 999ms;
  CHECK_FALSE(hosted.turn().expired);
  CHECK(hosted.host.figures().cleanup_lags.count() == 0);
  hosted.endpoint.now = kStart + 9s + 200ms;
  CHECK(hosted.turn().expired);
  CHECK_FALSE(hosted.turn().expired);
  CHECK(hosted.host.figures().cleanup_lags.count() == 2);
  CHECK(hosted.lags_in(1.5, 2.0) == 1);
  CHECK(hosted.lags_in(2.0, 3.0) == 1);
  CHECK(hosted.host.figures().cleanup_lags.sum_seconds() == Approx(2.2 + 2.0));
  CHECK(hosted.endpoint->stats().sessions_expired == 2);
}

TEST_CASE("A worker in time is within the second that expiry may take") {
  Hosted hosted;
  hosted.endpoint.now += 300ms;
  hosted.client(20001);
  hosted.endpoint.now = kStart + 8s;  // 700 ms after its time, on the whole second
  REQUIRE(hosted.turn().expired);
  CHECK(hosted.lags_in(0.5, 1.0) == 1);
}

TEST_CASE("A session that ends otherwise is none that has expired") {
  Hosted hosted;
  const SessionHandle session = hosted.client(20001);
  CloseInfo why;
  why.reason = CloseReason::kTimeout;  // as an operator may say
  REQUIRE(hosted.endpoint->close(hosted.endpoint.now, session, why));
  CHECK_FALSE(hosted.turn().expired);
  CHECK(hosted.host.figures().durations.count() == 1);
  CHECK(hosted.host.figures().cleanup_lags.count() == 0);
  CHECK(hosted.host.figures().cleanup_durations.count() == 0);
}

}  // namespace jetstream::daemon
