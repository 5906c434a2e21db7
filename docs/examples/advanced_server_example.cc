// SPDX-License-Identifier: MIT
//
// Echoes messages, within limits: advanced_server_example [ADDRESS:PORT]
// A session that falls silent is cleaned up, everything is logged as JSON, and Ctrl+C ends every
// session in order.
#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/signal_set.hpp>
#include <asio/use_awaitable.hpp>
#include <csignal>
#include <iostream>

#include "jetstream/server.h"
#include "jetstream/shared_limiter.h"
#include "jetstream/system_random.h"

using namespace jetstream;

/// Texts here are addresses, keys and words of the library: none needs escaping.
void log_json(const std::string& event, const std::string& name, const std::string& value,
              std::uint64_t session = 0) {
  std::cout << R"({"event":")" << event << R"(",")" << name << R"(":")" << value << '"';
  if (session != 0) std::cout << R"(,"session_id":")" << session << '"';
  std::cout << "}" << std::endl;
}

asio::awaitable<void> echo(Connection client, StreamId stream) {
  while (true) {
    Result<Received> message = co_await client.recv(stream, asio::use_awaitable);
    if (!message) co_return;
    if (message->message_end || !message->data.empty()) {
      Result<> sent = co_await client.send_on_stream(stream, message->data, asio::use_awaitable);
      if (!sent) co_return;
    }
    if (message->fin) break;
  }
  (void)client.close_stream(stream);
}

asio::awaitable<void> log_end(Connection client, std::uint64_t session) {
  Result<CloseInfo> end = co_await client.closed(asio::use_awaitable);
  if (end) log_json("session.closed", "reason", std::string(to_string(end->reason)), session);
}

asio::awaitable<void> serve(asio::io_context& io, Connection client) {
  SessionInfo info = client.info().value();
  log_json("handshake.completed", "peer", info.path.remote.to_string(), info.id.value());
  asio::co_spawn(io, log_end(client, info.id.value()), asio::detached);
  while (true) {
    Result<StreamId> stream = co_await client.accept_stream(asio::use_awaitable);
    if (!stream) co_return;
    asio::co_spawn(io, echo(client, *stream), asio::detached);
  }
}

asio::awaitable<void> run(asio::io_context& io, Server& server) {
  while (true) {
    Result<Connection> client = co_await server.accept(asio::use_awaitable);
    if (!client) co_return;  // shutting down
    asio::co_spawn(io, serve(io, *client), asio::detached);
  }
}

asio::awaitable<void> stop_on_signal(asio::io_context& io, Server& server) {
  asio::signal_set signals(io, SIGINT, SIGTERM);
  co_await signals.async_wait(asio::use_awaitable);
  log_json("server.stopping", "sessions", std::to_string(server.session_count()));
  (void)co_await server.shutdown(asio::use_awaitable);
  log_json("server.stopped", "sessions", std::to_string(server.session_count()));
  io.stop();
}

int main(int argc, char** argv) try {
  EndpointConfig config;
  config.server = {.identity = Identity::generate(system_random()), .authorized_clients = {}};
  config.session.timeout = std::chrono::seconds(60);
  config.session.max_streams = 200;
  config.cleanup_interval = std::chrono::seconds(30);
  config.limits = {.messages_per_second = 500, .bytes_per_second = 1024 * 1024};
  config.shared_limiter =
      make_shared_limiter({.messages_per_second = 50'000, .bytes_per_second = 100'000'000});

  asio::io_context io(1);
  PeerAddress address = parse_endpoint(argc > 1 ? argv[1] : "127.0.0.1:8080").value();
  Server server = Server::bind(io, address, config).value();
  log_json("server.ready", "listen", server.local_endpoint().to_string());
  log_json("server.identity", "key", to_key_line(config.server->identity.public_key()));
  asio::co_spawn(io, run(io, server), asio::detached);
  asio::co_spawn(io, stop_on_signal(io, server), asio::detached);
  io.run();
} catch (const tl::bad_expected_access<Error>& failure) {
  std::cerr << "advanced_server_example: " << failure.error().message << "\n";
  return 1;
}
