// SPDX-License-Identifier: MIT
//
// Three streams at once, and a second session that resumes the first:
// advanced_client_example [ADDRESS:PORT [KEY_FILE]]
// KEY_FILE holds the "ed25519 ..." line that the server prints.
#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/use_awaitable.hpp>
#include <fstream>
#include <iostream>
#include <vector>

#include "jetstream/client.h"

using namespace jetstream;

void check(const Result<>& result) {
  if (!result) throw tl::bad_expected_access(result.error());
}

/// Says something on three streams before it listens to any of them.
asio::awaitable<void> use_three_streams(Connection server) {
  StreamOptions options{.service = "echo", .framing = Framing::kMessages};
  std::vector<StreamId> streams;
  for (int i = 0; i < 3; ++i) streams.push_back(server.open_stream(options).value());
  for (StreamId stream : streams) {
    std::string text = "message on stream " + std::to_string(stream.value());
    check(co_await server.send_on_stream(stream, as_bytes(text), asio::use_awaitable));
    std::cout << "Sent: \"" << text << "\"\n";
  }
  for (StreamId stream : streams) {
    Received echo = (co_await server.recv(stream, asio::use_awaitable)).value();
    std::cout << "Received: \"" << as_text(echo.data) << "\"\n";
    check(server.close_stream(stream));
  }
}

asio::awaitable<void> close_in_order(Connection server) {
  server.close(CloseReason::kNormal, "done");
  CloseInfo end = (co_await server.closed(asio::use_awaitable)).value();
  std::cout << "Closed: " << to_string(end.reason) << "\n";
}

asio::awaitable<void> talk(Client client, ConnectOptions options) {
  Connection first = (co_await client.connect(options, asio::use_awaitable)).value();
  std::cout << "First session: " << first.info().value().id.value() << ", full handshake\n";
  co_await use_three_streams(first);
  // Good for one session with this server, within a day; to be kept as secret as a key.
  SessionTicket ticket = (co_await first.generate_session_ticket(asio::use_awaitable)).value();
  co_await close_in_order(first);

  options.import_session_ticket(std::move(ticket));
  Connection second = (co_await client.connect(options, asio::use_awaitable)).value();
  SessionInfo info = second.info().value();
  std::cout << "Second session: " << info.id.value()
            << (info.resumed ? ", resumed with a ticket\n" : ", full handshake\n");
  co_await use_three_streams(second);
  co_await close_in_order(second);
}

Trust trust_from(const char* file) {
  std::ifstream stream(file);
  std::string line;
  std::getline(stream, line);
  return Trust::pins({Pin::parse(line).value()});
}

int main(int argc, char** argv) try {
  EndpointConfig config;
  config.session.timeout = std::chrono::seconds(10);
  config.session.heartbeat_interval = std::chrono::seconds(2);
  config.session.max_streams = 20;
  config.handshake_timeout = std::chrono::seconds(5);
  ConnectOptions options;
  options.remote = parse_endpoint(argc > 1 ? argv[1] : "127.0.0.1:8080").value();
  // Without a key anybody could sit in the middle: good enough only for a first try at home.
  options.trust = argc > 2 ? trust_from(argv[2]) : Trust::insecure_accept_any();

  asio::io_context io(1);
  Client client = Client::create(io, config).value();
  asio::co_spawn(io, talk(std::move(client), options), [](std::exception_ptr failure) {
    if (failure) std::rethrow_exception(failure);
  });
  io.run();
} catch (const tl::bad_expected_access<Error>& failure) {
  std::cerr << "advanced_client_example: " << failure.error().message << "\n";
  return 1;
}
