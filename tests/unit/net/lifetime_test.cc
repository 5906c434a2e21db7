// SPDX-License-Identifier: MIT
//
// Whatever goes first, nothing dangles and nothing leaks (the sanitizers watch).
#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/use_awaitable.hpp>
#include <catch2/catch.hpp>

#include "unit/net/faces.h"

using namespace jetstream;
using namespace jetstream::test;

TEST_CASE("A client that is destroyed says goodbye and ends what waits") {
  Session session;
  const StreamId stream = session.stream(Framing::kBytes);
  std::optional<Result<Received>> received;
  std::optional<Result<Connection>> connected;
  session.near.recv(stream, [&](Result<Received> result) { received = std::move(result); });
  session.client->connect(session.options(),
                          [&](Result<Connection> result) { connected = std::move(result); });
  session.client.reset();
  CHECK_FALSE(received);
  CHECK(session.closed(session.far).reason == CloseReason::kNormal);
  REQUIRE(run_until(session.io, [&] { return received && connected; }));
  CHECK(received->error().code == LocalCode::kClosing);
  CHECK(connected->error().code == LocalCode::kClosing);
  CHECK(session.near.info().error().code == LocalCode::kClosing);
}

TEST_CASE("A server that is destroyed says that it is going away") {
  Session session;
  std::optional<Result<Connection>> accepted;
  session.server->accept([&](Result<Connection> result) { accepted = std::move(result); });
  session.server.reset();
  CHECK(session.closed(session.near).reason == CloseReason::kGoingAway);
  REQUIRE(accepted);
  CHECK(accepted->error().code == LocalCode::kClosing);
  CHECK(session.far.open_stream().error().code == LocalCode::kClosing);
}

TEST_CASE("A shutdown under way ends with its server") {
  Session session;
  std::optional<Result<>> done;
  session.server->shutdown([&](Result<> result) { done = std::move(result); });
  session.server.reset();
  REQUIRE(run_until(session.io, [&] { return done.has_value(); }));
  CHECK(done->error().code == LocalCode::kClosing);
}

TEST_CASE("A handle outlives its client and its io_context") {
  Connection orphan;
  {
    Session session;
    orphan = session.near;
  }
  CHECK(orphan);
  CHECK(orphan.open_stream().error().code == LocalCode::kClosing);
  orphan.close();
}

TEST_CASE("An io_context may go while coroutines wait that own everything") {
  auto io = std::make_unique<asio::io_context>(1);
  bool waiting = false;
  bool went_on = false;
  auto own = [&]([[maybe_unused]] Server server, Client client,
                 ConnectOptions options) -> asio::awaitable<void> {
    Connection near = (co_await client.connect(options, asio::use_awaitable)).value();
    const StreamId stream = near.open_stream().value();
    waiting = true;
    auto received = co_await near.recv(stream, asio::use_awaitable);
    went_on = true;
  };
  EndpointConfig config;
  config.server = {.identity = Identity::generate(system_random()), .authorized_clients = {}};
  Server server = Server::bind(*io, parse_endpoint("127.0.0.1:0").value(), config).value();
  ConnectOptions options;
  options.remote = server.local_endpoint();
  options.trust = Trust::insecure_accept_any();
  asio::co_spawn(*io, own(std::move(server), Client::create(*io).value(), options), asio::detached);
  REQUIRE(run_until(*io, [&] { return waiting; }));
  io.reset();
  CHECK_FALSE(went_on);
}

TEST_CASE("With client and server gone, nothing keeps an io_context running") {
  Session session;
  session.client.reset();
  session.server.reset();
  session.io.restart();
  CHECK(run_until(session.io, [&] { return session.io.stopped(); }));
}

TEST_CASE("A client can be moved while it is at work") {
  Session session;
  Client moved = std::move(*session.client);
  session.client.reset();
  CHECK(moved.session_count() == 1);
  const StreamId stream = session.stream(Framing::kBytes);
  REQUIRE(session.send(session.near, stream, as_bytes("x")));
  CHECK(session.recv(session.far, stream)->data.size() == 1);
}
