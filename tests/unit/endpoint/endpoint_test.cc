// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "support/world.h"

using namespace jetstream;
using namespace jetstream::testing;
using namespace std::chrono_literals;

namespace {

std::string read_all(Endpoint& endpoint, SessionHandle session, StreamId stream, bool& fin) {
  std::string text;
  while (true) {
    const ReadView view = endpoint.read(session, stream).value();
    text += as_text(view.data);
    fin = view.fin;
    if (view.data.empty() && !view.fin && !view.message_end) return text;
    REQUIRE(endpoint.consume(session, stream, view.data.size()));
    if (view.fin) return text;
  }
}

}  // namespace

TEST_CASE("a session from hello to close") {
  World world(1);
  Node& server = world.add_server();
  Node& client = world.add_client();
  SessionHandle accepted;
  server.on_event = [&](const Event& event) {
    if (event.kind == EventKind::kAccepted) accepted = event.session;
    if (event.kind == EventKind::kReadable) {
      bool fin = false;
      const std::string text = read_all(*server.endpoint, event.session, event.stream, fin);
      if (!text.empty())
        REQUIRE(server.endpoint->send(event.session, event.stream, as_bytes(text)));
      if (fin) REQUIRE(server.endpoint->finish(event.session, event.stream));
    }
  };
  const SessionHandle session = world.connect(client, server);
  REQUIRE(world.run_until([&] { return client.saw(EventKind::kConnected); }));
  CHECK(client.endpoint->info(session)->id == SessionId(1));
  REQUIRE(world.run_until([&] { return server.saw(EventKind::kAccepted); }));
  CHECK(server.endpoint->info(accepted)->id == SessionId(1));
  CHECK(server.endpoint->session_count() == 1);

  const StreamId stream = client.endpoint->open_stream(session, {.service = "echo"}).value();
  REQUIRE(client.endpoint->send(session, stream, as_bytes("Hello from client!")).value() == 18);
  REQUIRE(client.endpoint->finish(session, stream));
  std::string answer;
  bool fin = false;
  client.on_event = [&](const Event& event) {
    if (event.kind == EventKind::kReadable) {
      answer += read_all(*client.endpoint, session, stream, fin);
    }
  };
  REQUIRE(world.run_until([&] { return fin; }));
  CHECK(answer == "Hello from client!");
  REQUIRE(world.run_until([&] { return client.saw(EventKind::kStreamClosed); }));
  REQUIRE(world.run_until([&] { return server.saw(EventKind::kStreamClosed); }));

  REQUIRE(client.endpoint->close(world.now(), session, CloseReason::kNormal, "bye"));
  REQUIRE(world.run_until([&] { return server.saw(EventKind::kClosed); }));
  const CloseInfo* why = server.endpoint->close_info(accepted);
  REQUIRE(why != nullptr);
  CHECK(why->reason == CloseReason::kNormal);
  CHECK(why->message == "bye");
  CHECK(why->by_peer);
  REQUIRE(world.run_until([&] { return server.endpoint->record_count() == 0; }));
  REQUIRE(world.run_until([&] { return client.endpoint->record_count() == 0; }));
}

TEST_CASE("a flight from another address than the one that was called is ignored [PKT-24]") {
  World world(3);
  Node& server = world.add_server();
  Node& client = world.add_client();
  const PeerAddress elsewhere = PeerAddress::v4({203, 0, 113, 9}, 9);
  world.network.observer = [&](const PeerAddress& from, const PeerAddress& to, Bytes bytes) {
    if (from != server.address) return;
    std::vector<std::uint8_t> copy(bytes.begin(), bytes.end());
    client.endpoint->handle(world.now(), {elsewhere, to}, copy);
  };
  world.network.link.loss = 0;
  world.connect(client, server);
  world.network.link.delay = 50ms;
  world.run_for(20ms);
  CHECK_FALSE(client.saw(EventKind::kConnected));
  CHECK(world.run_until([&] { return client.saw(EventKind::kConnected); }));
}
