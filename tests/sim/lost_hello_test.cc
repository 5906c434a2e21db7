// SPDX-License-Identifier: MIT
//
// The story of a client whose first words get lost: any of its five hellos and any of the answers.
// As long as one pair comes through, there is exactly one session and everything sent arrives.
#include <catch2/catch.hpp>

#include "sim/apps.h"

using namespace jetstream;
using namespace jetstream::testing;
using namespace std::chrono_literals;

namespace {

ClientPlan one_message() {
  ClientPlan plan;
  plan.streams.push_back({.options = {.service = "echo", .framing = Framing::kMessages},
                          .messages = {std::string(kPlaintextMarker) + std::string(20000, 'x')}});
  return plan;
}

bool is_initial(Bytes bytes) { return !bytes.empty() && (bytes[0] & 0xf0) == 0xc0; }

struct Story {
  bool echoed = false;
  std::optional<CloseInfo> close_info;
  std::uint64_t server_sessions = 0;
  std::uint64_t server_handshakes = 0;
  /// When the client was connected, or had given up.
  Duration decided_after{};
};

/// The first `hellos` of the client, the first `flights` of the server, and the client's first
/// `others` datagrams behind its hello are lost.
Story tell(int hellos, int flights, int others) {
  World world(31);
  Node& server = world.add_server();
  EchoServer echo(server);
  Node& node = world.add_client();
  world.network.observer = [&, hellos, flights, others](const PeerAddress& from, const PeerAddress&,
                                                        Bytes bytes) mutable {
    const bool from_server = from == server.address;
    int& left = !is_initial(bytes) ? others : from_server ? flights : hellos;
    const bool counts = is_initial(bytes) || !from_server;
    const bool lost = counts && left > 0;
    if (lost) --left;
    world.network.link.loss = lost ? 1 : 0;
  };
  const Instant begin = world.now();
  EchoClient client(world, node, server, one_message());
  Story story;
  const auto tell_client = node.on_event;
  node.on_event = [&](const Event& event) {
    if (story.decided_after == Duration::zero()) story.decided_after = world.now() - begin;
    tell_client(event);
  };
  world.run_until([&] { return client.closed(); });
  story.echoed = client.done() && client.failure().empty();
  story.close_info = client.close_info();
  world.run_for(60s);
  CHECK(server.endpoint->record_count() == 0);
  CHECK(node.endpoint->record_count() == 0);
  story.server_sessions = server.endpoint->stats().sessions_opened;
  story.server_handshakes = server.endpoint->stats().handshakes_started;
  return story;
}

}  // namespace

TEST_CASE("lost_hello: one hello and one answer are enough [HS-3, HS-9, HS-20]") {
  constexpr std::array<Duration, 5> kHelloAt = {0ms, 300ms, 900ms, 2100ms, 4500ms};
  for (int hellos = 0; hellos < 5; ++hellos) {
    for (int flights = 0; hellos + flights < 5; ++flights) {
      for (const int others : {0, 3}) {
        INFO(hellos << " hellos, " << flights << " flights and " << others << " others lost");
        const Story story = tell(hellos, flights, others);
        CHECK(story.echoed);
        CHECK(story.server_sessions == 1);
        CHECK(story.server_handshakes == 1);
        const Duration at = kHelloAt[static_cast<std::size_t>(hellos + flights)];
        CHECK(story.decided_after >= at * 9 / 10 + 20ms);
        CHECK(story.decided_after <= at * 11 / 10 + 21ms);
      }
    }
  }
}

TEST_CASE("lost_hello: when nothing gets through, the client gives up after 10 s [HS-4]") {
  const Story silent = tell(5, 0, 0);
  CHECK_FALSE(silent.echoed);
  REQUIRE(silent.close_info);
  CHECK(silent.close_info->local == LocalCode::kHandshakeTimeout);
  CHECK(silent.decided_after >= 10s);
  CHECK(silent.decided_after <= 10s + 1ms);
  CHECK(silent.server_handshakes == 0);

  const Story deaf = tell(0, 5, 0);
  REQUIRE(deaf.close_info);
  CHECK(deaf.close_info->local == LocalCode::kHandshakeTimeout);
  CHECK(deaf.server_handshakes == 1);
  CHECK(deaf.server_sessions == 0);
}
