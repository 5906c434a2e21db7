// SPDX-License-Identifier: MIT
//
// Says hello to server_example: client_example [ADDRESS:PORT [KEY_FILE]]
// KEY_FILE holds the "ed25519 ..." line that the server prints.
#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/use_awaitable.hpp>
#include <fstream>
#include <iostream>

#include "jetstream/client.h"

using namespace jetstream;

void check(const Result<>& result) {
  if (!result) throw tl::bad_expected_access(result.error());
}

asio::awaitable<void> talk(Client client, ConnectOptions options) {
  Connection server = (co_await client.connect(options, asio::use_awaitable)).value();
  std::cout << "Connected to " << options.remote.to_string() << "\n";
  std::cout << "Handshake completed, Session ID: " << server.info().value().id.value() << "\n";

  StreamOptions messages{.service = "echo", .framing = Framing::kMessages};
  StreamId stream = server.open_stream(messages).value();
  Bytes hello = as_bytes("Hello from client!");
  check(co_await server.send_on_stream(stream, hello, asio::use_awaitable));
  std::cout << "Sent encrypted message: \"" << as_text(hello) << "\"\n";

  Received response = (co_await server.recv(stream, asio::use_awaitable)).value();
  std::cout << "Received encrypted response: \"" << as_text(response.data) << "\"\n";

  server.close(CloseReason::kNormal, "done");
  (co_await server.closed(asio::use_awaitable)).value();
  std::cout << "Communication successful\n";
}

Trust trust_from(const char* file) {
  std::ifstream stream(file);
  std::string line;
  std::getline(stream, line);
  return Trust::pins({Pin::parse(line).value()});
}

int main(int argc, char** argv) try {
  ConnectOptions options;
  options.remote = parse_endpoint(argc > 1 ? argv[1] : "127.0.0.1:8080").value();
  // Without a key anybody could sit in the middle: good enough only for a first try at home.
  options.trust = argc > 2 ? trust_from(argv[2]) : Trust::insecure_accept_any();

  asio::io_context io(1);
  Client client = Client::create(io).value();
  asio::co_spawn(io, talk(std::move(client), options), [](std::exception_ptr failure) {
    if (failure) std::rethrow_exception(failure);
  });
  io.run();
} catch (const tl::bad_expected_access<Error>& failure) {
  std::cerr << "client_example: " << failure.error().message << "\n";
  return 1;
}
