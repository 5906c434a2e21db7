// SPDX-License-Identifier: MIT
//
// Clients that believe in a session which the server never got: their ClientFinished is lost for
// good, or comes from another address than the hello.
#include <catch2/catch.hpp>

#include "unit/endpoint/lone_endpoint.h"

using namespace jetstream;
using namespace jetstream::testing;
using namespace std::chrono_literals;

namespace {

/// A client and a server; what comes to pass between the hello and ClientFinished is up to the
/// test.
struct Scene {
  Scene() : world(17), server(world.add_server()), client(world.add_client()) {}

  /// `meanwhile` runs when the client has the flight, before it sends anything.
  void connect(bool with_data, const std::function<void()>& meanwhile) {
    client.on_event = [this, with_data, meanwhile](const Event& event) {
      if (event.kind == EventKind::kClosed) why = *client.endpoint->close_info(event.session);
      if (event.kind != EventKind::kConnected) return;
      meanwhile();
      if (!with_data) return;
      const auto stream = client.endpoint->open_stream(event.session, {.service = "echo"});
      REQUIRE(stream);
      REQUIRE(client.endpoint->send(event.session, *stream, as_bytes("pay 100")));
    };
    world.connect(client, server);
  }

  World world;
  Node& server;
  Node& client;
  std::optional<CloseInfo> why;
};

}  // namespace

TEST_CASE(
    "a client whose address changes before its Finished learns it, and may connect again "
    "[HS-22, RST-6]") {
  for (const bool with_data : {false, true}) {
    INFO(with_data);
    Scene scene;
    PeerAddress behind = scene.client.address;
    behind.port = 50'000;
    scene.connect(with_data, [&] { scene.client.address = behind; });
    // The half-open handshake is not moved, and lives for 10 s.
    scene.world.run_for(9s);
    CHECK(scene.client.saw(EventKind::kConnected));
    CHECK_FALSE(scene.client.saw(EventKind::kClosed));
    CHECK(scene.server.endpoint->session_count() == 0);
    const EndpointStats stats = scene.server.endpoint->stats();
    CHECK(stats.drops[static_cast<std::size_t>(DropReason::kUnexpected)] > 3);

    REQUIRE(scene.world.run_until([&] { return scene.why.has_value(); }, 20s));
    CHECK(scene.client.endpoint->stats().resets_received == 1);
    CHECK(scene.why->by_peer);
    // Without data it is safe to connect again; with data somebody has to know what it meant.
    CHECK(scene.why->local == (with_data ? LocalCode::kDeliveryUnknown : LocalCode::kNotConnected));

    scene.connect(true, [] {});
    REQUIRE(scene.world.run_until([&] { return scene.server.saw(EventKind::kStreamOpened); }, 1s));
    CHECK(scene.server.endpoint->session_count() == 1);
  }
}

TEST_CASE("a session that expires before it was confirmed says whether data went out [RST-6]") {
  for (const bool with_data : {false, true}) {
    Scene scene;
    scene.connect(with_data, [&] { scene.world.network.link.loss = 1; });
    REQUIRE(scene.world.run_until([&] { return scene.why.has_value(); }, 60s));
    CHECK(scene.why->reason == CloseReason::kTimeout);
    CHECK_FALSE(scene.why->by_peer);
    CHECK(scene.why->local == (with_data ? LocalCode::kDeliveryUnknown : LocalCode::kNotConnected));
  }
}

TEST_CASE("a session that expires after it was confirmed needs no such word") {
  Scene scene;
  scene.connect(false, [] {});
  scene.world.run_for(1s);
  scene.world.network.link.loss = 1;
  REQUIRE(scene.world.run_until([&] { return scene.why.has_value(); }, 60s));
  CHECK(scene.why->reason == CloseReason::kTimeout);
  CHECK_FALSE(scene.why->local);
}
