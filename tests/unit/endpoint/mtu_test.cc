// SPDX-License-Identifier: MIT
//
// How large datagrams get, and how they may.
#include <catch2/catch.hpp>

#include "unit/endpoint/lone_endpoint.h"

using namespace jetstream;
using namespace jetstream::testing;
using namespace std::chrono_literals;

namespace {

std::size_t largest(const SentList& sent) {
  std::size_t bytes = 0;
  for (const Sent& datagram : sent) bytes = std::max(bytes, datagram.bytes.size());
  return bytes;
}

/// A server that sends to a client now and then over a path with that MTU; the datagram size in the
/// end.
std::uint32_t found_size(std::size_t path_bytes, std::uint32_t client_takes, std::size_t& seen) {
  constexpr int kBursts = 60;
  const Buffer burst(140'000, 0x22);  // more than fits into two of the largest datagrams
  World world(5);
  world.network.link.datagram_bytes_max = path_bytes;
  EndpointConfig config;
  config.session.datagram_bytes_max = client_takes;
  Node& server = world.add_server();
  Node& client = world.add_client(config);
  world.network.observer = [&](const PeerAddress& from, const PeerAddress&, Bytes bytes) {
    if (from == server.address) seen = std::max(seen, bytes.size());
  };
  client.on_event = [&](const Event& event) {
    if (event.kind != EventKind::kReadable) return;
    while (const auto view = client.endpoint->read(event.session, event.stream)) {
      if (view->data.empty()) break;
      REQUIRE(client.endpoint->consume(event.session, event.stream, view->data.size()));
    }
  };
  world.connect(client, server);
  REQUIRE(world.run_until([&] { return server.saw(EventKind::kAccepted); }));
  const SessionHandle session = server.events[0].session;
  const StreamId stream = server.endpoint->open_stream(session, {}).value();
  for (int i = 0; i < kBursts; ++i) {
    REQUIRE(server.endpoint->send(session, stream, burst));
    world.run_for(500ms);
  }
  return server.endpoint->info(session)->datagram_bytes;
}

std::vector<Sent> larger_than_base(const SentList& sent) {
  std::vector<Sent> found;
  std::copy_if(sent.begin(), sent.end(), std::back_inserter(found),
               [](const Sent& datagram) { return datagram.bytes.size() > 1200; });
  return found;
}

}  // namespace

TEST_CASE("nothing above 1 200 bytes leaves but a probe, until one is acknowledged [PKT-26]") {
  ServedClient served;
  const auto stream = served.server->open_stream(served.session, {}).value();
  const Buffer much(200000, 0x11);
  REQUIRE(served.server->send(served.session, stream, much));
  const SentList first = served.server.turn();
  REQUIRE(first.size() > 3);
  CHECK(larger_than_base(first).size() == 1);
  REQUIRE(first.back().bytes.size() > 1200);
  opened(served.client.packets(), first);

  // Everything is acknowledged but the probe.
  const auto probe = served.server->info(served.session)->packets_sent - 1;
  const SentList second =
      served.server.exchange(kClientAddress, served.client.packets().seal(ack_of(0, probe - 1)));
  REQUIRE(second.size() > 3);
  CHECK(largest(second) == 1200);
  CHECK(served.server->info(served.session)->datagram_bytes == 1200);
  opened(served.client.packets(), second);
  // The probe's acknowledgement makes its size usable.
  const SentList third =
      served.server.exchange(kClientAddress, served.client.packets().seal(ack_of(probe, probe)));
  CHECK(served.server->info(served.session)->datagram_bytes == first.back().bytes.size());
}

TEST_CASE("a session that has little to say never searches for the path's MTU") {
  ServedClient served;
  const auto stream = served.server->open_stream(served.session, {}).value();
  // Fewer than 256 packets, so that no number was left out that must not be acknowledged [ACK-5].
  for (int i = 0; i < 50; ++i) {
    REQUIRE(served.server->send(served.session, stream, as_bytes("a word")));
    SentList sent = served.server.turn();
    for (Sent& later : served.server.run_for(100ms)) sent.push_back(std::move(later));
    CHECK(largest(sent) < 1200);
    opened(served.client.packets(), sent);
    served.say(ack_of_seen(served.client.packets()));
  }
  CHECK(served.server->info(served.session)->datagram_bytes == 1200);
  CHECK(served.server->info(served.session)->state == SessionState::kEstablished);
  REQUIRE(served.server->info(served.session)->packets_sent < 256);
  CHECK(served.server->stats().bytes_sent < 10'000);
}

TEST_CASE("a probe is PING and PADDING, alone in its datagram [PKT-26]") {
  ServedClient served;
  const auto stream = served.server->open_stream(served.session, {}).value();
  REQUIRE(served.server->send(served.session, stream, Buffer(5000, 0x11)));
  std::size_t probes = 0;
  for (const Sent& datagram : served.server.turn()) {
    const auto payload = served.client.packets().open(datagram.bytes);
    REQUIRE(payload);
    if (datagram.bytes.size() <= 1200) continue;
    ++probes;
    wire::FrameReader reader(*payload);
    CHECK(std::holds_alternative<wire::PingFrame>(*reader.next()));
    CHECK(std::holds_alternative<wire::PaddingFrame>(*reader.next()));
    CHECK(reader.done());
  }
  CHECK(probes == 1);
}

TEST_CASE("the search finds what the path carries and stays below it") {
  std::size_t seen = 0;
  CHECK(found_size(1472, 65507, seen) == 1472);
  CHECK(found_size(1471, 65507, seen) == 1452);
  CHECK(found_size(1300, 65507, seen) == 1200);
  CHECK(found_size(65507, 65507, seen) == 65507);
}

TEST_CASE("no datagram is larger than the peer takes [PKT-25]") {
  for (const std::uint32_t takes : {1200u, 1300u, 1452u, 9000u}) {
    std::size_t seen = 0;
    CHECK(found_size(65507, takes, seen) == takes);
    CHECK(seen <= takes);
    if (takes > 1200) CHECK(seen == takes);
  }
}
