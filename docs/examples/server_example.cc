// SPDX-License-Identifier: MIT
//
// Answers one message of every client: server_example [ADDRESS:PORT] [--once]
// With --once it ends after its first client.
#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/use_awaitable.hpp>
#include <iostream>

#include "jetstream/server.h"
#include "jetstream/system_random.h"

using namespace jetstream;

void check(const Result<>& result) {
  if (!result) throw tl::bad_expected_access(result.error());
}

asio::awaitable<void> serve(Connection client) {
  SessionInfo info = client.info().value();
  std::cout << "Handshake completed with client " << info.path.remote.to_string()
            << ", Session ID: " << info.id.value() << std::endl;
  StreamId stream = (co_await client.accept_stream(asio::use_awaitable)).value();
  Received message = (co_await client.recv(stream, asio::use_awaitable)).value();
  std::cout << "Received encrypted message: \"" << as_text(message.data) << "\"" << std::endl;

  Bytes hello = as_bytes("Hello from server!");
  check(co_await client.send_on_stream(stream, hello, asio::use_awaitable));
  std::cout << "Sent encrypted response" << std::endl;
  (co_await client.closed(asio::use_awaitable)).value();
}

asio::awaitable<void> run(asio::io_context& io, Server server, bool once) {
  while (!once) {
    Connection client = (co_await server.accept(asio::use_awaitable)).value();
    asio::co_spawn(io, serve(client), asio::detached);
  }
  co_await serve((co_await server.accept(asio::use_awaitable)).value());
}

int main(int argc, char** argv) try {
  const bool once = argc > 1 && argv[argc - 1] == std::string_view("--once");
  EndpointConfig config;
  config.server = {.identity = Identity::generate(system_random()), .authorized_clients = {}};

  asio::io_context io(1);
  PeerAddress address = parse_endpoint(argc > 1 + once ? argv[1] : "127.0.0.1:8080").value();
  Server server = Server::bind(io, address, config).value();
  std::cout << "Listening on " << server.local_endpoint().to_string() << std::endl;
  // Clients that are given this line know that they talk to this server and to nobody else.
  std::cout << to_key_line(config.server->identity.public_key()) << std::endl;
  asio::co_spawn(io, run(io, std::move(server), once), [](std::exception_ptr failure) {
    if (failure) std::rethrow_exception(failure);
  });
  io.run();
} catch (const tl::bad_expected_access<Error>& failure) {
  std::cerr << "server_example: " << failure.error().message << "\n";
  return 1;
}
