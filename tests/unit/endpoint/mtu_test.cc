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

/// A client that moves `bytes` to a server over a path with that MTU; the datagram size in the end.
std::uint32_t found_size(std::size_t path_bytes, std::uint32_t client_takes, std::size_t& seen) {
  World world(5);
  world.network.link.datagram_bytes_max = path_bytes;
  EndpointConfig config;
  config.session.datagram_bytes_max = client_takes;
  Node& server = world.add_server();
  Node& client = world.add_client(config);
  world.network.observer = [&](const PeerAddress& from, const PeerAddress&, Bytes bytes) {
    if (from == server.address) seen = std::max(seen, bytes.size());
  };
  world.connect(client, server);
  REQUIRE(world.run_until([&] { return server.saw(EventKind::kAccepted); }));
  world.run_for(30s);
  REQUIRE(server.endpoint->session_count() == 1);
  return server.endpoint->info(server.events[0].session)->datagram_bytes;
}

}  // namespace

TEST_CASE("nothing above 1 200 bytes leaves but a probe, until one is acknowledged [PKT-26]") {
  ServedClient served;
  const auto stream = served.server->open_stream(served.session, {}).value();
  const Buffer much(200000, 0x11);
  REQUIRE(served.server->send(served.session, stream, much));
  const SentList first = served.server.turn();
  REQUIRE(first.size() > 3);
  CHECK(largest(first) == 1200);
  opened(served.client.packets(), first);

  // Everything is acknowledged but never a probe.
  served.say(ack_of(0, served.server->info(served.session)->packets_sent - 1));
  ServedClient probed;
  const SentList sent = probed.server.run_for(5ms);
  const auto before = probed.server->info(probed.session)->packets_sent;
  REQUIRE(before >= 2);
  // Idle, it has sent its first probe: PING and PADDING of exactly its size, alone.
  const SentList again = probed.server.turn();
  CHECK(again.empty());
  CHECK(probed.server->info(probed.session)->datagram_bytes == 1200);
  const auto other = probed.server->open_stream(probed.session, {}).value();
  REQUIRE(probed.server->send(probed.session, other, much));
  CHECK(largest(probed.server.turn()) == 1200);
  // The probe's acknowledgement makes its size usable.
  probed.say(ack_of(0, probed.server->info(probed.session)->packets_sent - 1));
  CHECK(probed.server->info(probed.session)->datagram_bytes > 1200);
}

TEST_CASE("a probe is PING and PADDING, alone in its datagram [PKT-26]") {
  LoneEndpoint server(server_config());
  RawClient client(kStart, server_trust(), {});
  REQUIRE(client.take_flight(server.exchange(kClientAddress, client.hello()).at(0).bytes));
  const SentList sent = server.exchange(kClientAddress, client.finished());
  std::size_t probes = 0;
  for (const Sent& datagram : sent) {
    const auto payload = client.packets().open(datagram.bytes);
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
