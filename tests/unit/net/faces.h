// SPDX-License-Identifier: MIT
#pragma once

#include <catch2/catch.hpp>
#include <optional>

#include "jetstream/client.h"
#include "jetstream/server.h"
#include "jetstream/system_random.h"
#include "unit/net/run_until.h"

namespace jetstream::test {

/// Starts an operation with a callback and runs `io` until it is called.
template <class T, class Start>
Result<T> wait_for(asio::io_context& io, Start start) {
  std::optional<Result<T>> outcome;
  start([&outcome](Result<T> result) { outcome = std::move(result); });
  CHECK_FALSE(outcome);
  if (!run_until(io, [&] { return outcome.has_value(); })) FAIL("nothing happened");
  return std::move(*outcome);
}

/// A server and a client on loopback.
struct Faces {
  asio::io_context io{1};
  Identity identity = Identity::generate(system_random());
  std::optional<Server> server;
  std::optional<Client> client;

  explicit Faces(const char* address = "127.0.0.1:0", const SessionConfig& session = {}) {
    EndpointConfig config;
    config.session = session;
    config.server = {.identity = identity, .authorized_clients = {}};
    server.emplace(Server::bind(io, parse_endpoint(address).value(), config).value());
    EndpointConfig client_config;
    client_config.session = session;
    client.emplace(Client::create(io, client_config).value());
  }

  ConnectOptions options() const {
    ConnectOptions options;
    options.remote = server->local_endpoint();
    options.trust = Trust::pins({Pin::of(identity.public_key())});
    return options;
  }
  Result<Connection> connect() { return connect(options()); }
  Result<Connection> connect(const ConnectOptions& options) {
    return wait_for<Connection>(io, [&](auto done) { client->connect(options, done); });
  }
  Result<Connection> accept() {
    return wait_for<Connection>(io, [&](auto done) { server->accept(done); });
  }
  Result<> send(Connection& from, StreamId stream, Bytes data) {
    return wait_for<void>(io, [&](auto done) { from.send_on_stream(stream, data, done); });
  }
  Result<Received> recv(Connection& at, StreamId stream) {
    return wait_for<Received>(io, [&](auto done) { at.recv(stream, done); });
  }
  Result<StreamId> accept_stream(Connection& at) {
    return wait_for<StreamId>(io, [&](auto done) { at.accept_stream(done); });
  }
  Result<SessionTicket> ticket(Connection& at) {
    return wait_for<SessionTicket>(io, [&](auto done) { at.generate_session_ticket(done); });
  }
  CloseInfo closed(Connection& at) {
    return wait_for<CloseInfo>(io, [&](auto done) { at.closed(done); }).value();
  }
};

/// Both ends of one session.
struct Session : Faces {
  Connection near;
  Connection far;

  explicit Session(const SessionConfig& session = {}) : Faces("127.0.0.1:0", session) {
    near = connect().value();
    far = accept().value();
  }
  /// A stream from the near end that the far end has accepted.
  StreamId stream(Framing framing) {
    const StreamId id = near.open_stream({.service = "test", .framing = framing}).value();
    REQUIRE(accept_stream(far).value() == id);
    return id;
  }
};

}  // namespace jetstream::test
