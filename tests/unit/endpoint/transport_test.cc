// SPDX-License-Identifier: MIT
//
// Acknowledgement, congestion and flow control where they meet in a session.
#include <catch2/catch.hpp>

#include "unit/endpoint/lone_endpoint.h"

using namespace jetstream;
using namespace jetstream::testing;
using namespace std::chrono_literals;

namespace {

constexpr Duration kTick = 256us;
const Buffer kByte = {0x55};

EndpointConfig without_mtu_search() {
  EndpointConfig config;
  config.session.datagram_bytes_max = 1200;
  return config;
}

/// A served client with nothing left to acknowledge on either side.
struct Quiet : ServedClient {
  Quiet() : ServedClient(server_config(), without_mtu_search()) {
    server.run_for(1s);
    say(ack_of(0, server->info(session)->packets_sent - 1));
    server.run_for(1s);
  }
  bool acked_at_once(Bytes payload) { return count_frames<wire::AckFrame>(say(payload)) == 1; }
};

Buffer data(std::uint64_t offset, bool fin = false) {
  return frames(
      wire::StreamFrame{.stream = StreamId(1), .offset = offset, .data = kByte, .fin = fin});
}

}  // namespace

TEST_CASE("one packet is acknowledged within 25 ms, without a second one at the end [ACK-1]") {
  Quiet quiet;
  const Instant begin = quiet.server.now;
  CHECK_FALSE(quiet.acked_at_once(frames(wire::PingFrame{})));
  CHECK(opened(quiet.client.packets(), quiet.server.run_to(begin + 25ms - 1ns)).empty());
  const auto acked = opened(quiet.client.packets(), quiet.server.run_to(begin + 25ms + kTick));
  CHECK(count_frames<wire::AckFrame>(acked) == 1);
}

TEST_CASE("the second packet, a gap and a FIN are acknowledged at once [ACK-2]") {
  Quiet quiet;
  CHECK_FALSE(quiet.acked_at_once(data(0)));
  CHECK(quiet.acked_at_once(data(1)));
  CHECK_FALSE(quiet.acked_at_once(data(2)));
  quiet.server.run_for(50ms);
  quiet.client.packets().seal(data(3));  // lost
  CHECK(quiet.acked_at_once(data(4)));
  CHECK_FALSE(quiet.acked_at_once(data(5)));
  quiet.server.run_for(50ms);
  CHECK(quiet.acked_at_once(data(6, true)));
}

TEST_CASE("what only acknowledges is not acknowledged [ACK-3]") {
  Quiet quiet;
  const auto sent = quiet.server->info(quiet.session)->packets_sent;
  for (int i = 0; i < 10; ++i) CHECK_FALSE(quiet.acked_at_once(ack_of(0, sent - 1)));
  quiet.server.run_for(100ms);
  CHECK(quiet.server->info(quiet.session)->packets_sent == sent);
}

TEST_CASE("a sender stays inside its window until something is acknowledged [ACK-9]") {
  Quiet quiet;
  const auto stream = quiet.server->open_stream(quiet.session, {}).value();
  REQUIRE(quiet.server->send(quiet.session, stream, Buffer(250000, 0x11)));
  const SentList sent = quiet.server.turn();
  std::size_t bytes = 0;
  for (const Sent& datagram : sent) bytes += datagram.bytes.size();
  const SessionInfo info = *quiet.server->info(quiet.session);
  CHECK(bytes == info.bytes_in_flight);
  CHECK(bytes <= info.congestion_window);
  CHECK(bytes > info.congestion_window / 2);
  CHECK(quiet.server.turn().empty());
}

TEST_CASE("unanswered data is probed for after a PTO [ACK-8]") {
  Quiet quiet;
  const auto stream = quiet.server->open_stream(quiet.session, {}).value();
  REQUIRE(quiet.server->send(quiet.session, stream, as_bytes("once")));
  REQUIRE(quiet.server.turn().size() == 1);
  const Instant begin = quiet.server.now;
  const Duration round_trip = quiet.server->info(quiet.session)->smoothed_rtt;
  const SentList probes = quiet.server.run_for(10s);
  REQUIRE_FALSE(probes.empty());
  // At least the round trip and what the peer may hold an ACK back; its variance comes on top.
  CHECK(probes[0].at >= begin + round_trip + 25ms);
  CHECK(probes[0].at <= begin + 2s);
  const auto together = std::count_if(probes.begin(), probes.end(),
                                      [&](const Sent& probe) { return probe.at == probes[0].at; });
  CHECK(together <= 2);
}

TEST_CASE("a message larger than any window arrives, because its parts are read [FLOW-6]") {
  World world(12);
  EndpointConfig config;
  config.session.max_data = 64 * 1024;
  config.session.max_stream_data = 16 * 1024;
  config.session.message_bytes_max = 16 * 1024;
  Node& server = world.add_server(config);
  Node& client = world.add_client();
  const SessionHandle session = world.connect(client, server);
  std::size_t received = 0;
  bool ended = false;
  server.on_event = [&](const Event& event) {
    if (event.kind != EventKind::kReadable) return;
    while (const auto view = server.endpoint->read(event.session, event.stream)) {
      if (view->data.empty() && !view->message_end) return;
      received += view->data.size();
      ended = view->message_end;
      REQUIRE(server.endpoint->consume(event.session, event.stream, view->data.size()));
    }
  };
  REQUIRE(world.run_until([&] { return client.saw(EventKind::kConnected); }));
  const StreamId stream =
      client.endpoint->open_stream(session, {.service = "m", .framing = Framing::kMessages})
          .value();
  // With its length in front the message is 4 bytes longer than the window.
  REQUIRE(client.endpoint->send(session, stream, Buffer(16 * 1024, 'm')));
  CHECK(world.run_until([&] { return ended; }, 5s));
  CHECK(received == 16 * 1024);
}
