// SPDX-License-Identifier: MIT
//
// Stories of a server that is flooded with hellos from forged addresses, and of those who want to
// reach it meanwhile.
#include <catch2/catch.hpp>

#include "support/world.h"
#include "unit/endpoint/crafted_hello.h"

using namespace jetstream;
using namespace jetstream::testing;
using namespace std::chrono_literals;

namespace {

/// Room for 64 handshakes that prove nothing, each kept for 3 to 10 s: 21 a second at the very
/// best.
constexpr std::uint32_t kHalfOpenMax = 128;
/// As many as a turn takes, each 10 ms: 3 200 a second.
constexpr int kHellosPerBurst = 32;
constexpr Duration kBurstEvery = 10ms;
constexpr Duration kFor = 6s;
constexpr std::size_t kTries = 60;

struct Flood {
  explicit Flood(RetryMode retry) : world(11), server(add_server(retry)) {
    world.network.link.delay = 5ms;
    world.network.observer = [this](const PeerAddress& from, const PeerAddress& to, Bytes bytes) {
      if (is_forged(from)) bytes_in += bytes.size();
      if (from == server.address && is_forged(to)) bytes_out += bytes.size();
    };
  }

  Node& add_server(RetryMode retry) {
    ServerConfig config{
        .identity = world.server_identity(), .half_open_max = kHalfOpenMax, .retry = retry};
    EndpointConfig endpoint;
    return world.add_server(endpoint, &config);
  }
  /// The honest ones have the ports from 40 000 on, of an address that is forged all the time.
  bool is_forged(const PeerAddress& address) const {
    return address != server.address && address.port < 40'000;
  }
  PeerAddress forge() {
    const auto byte = [this] { return static_cast<std::uint8_t>(world.random.below(256)); };
    const auto port = static_cast<std::uint16_t>(world.random.between(20'000, 39'999));
    if (world.random.chance(0.5)) return PeerAddress::v4({198, 51, 100, 1}, port);
    return PeerAddress::v4({203, byte(), byte(), byte()}, port);
  }
  void burst() {
    for (int i = 0; i < kHellosPerBurst; ++i) {
      world.random.fill_public(forged.hello.random);
      world.random.fill_public(forged.hello.connection_id.bytes);
      world.network.send(world.now(), forge(), server.address, forged.datagram());
    }
  }
  void run() {
    const Instant end = world.now() + kFor;
    Instant next_try = world.now() + 1s;  // the flood is there first
    while (world.now() < end) {
      burst();
      if (world.now() >= next_try && tries.size() < kTries) {
        next_try += (kFor - 1s) / kTries;
        tries.push_back(&world.add_client());
        world.connect(*tries.back(), server);
      }
      world.run_for(kBurstEvery);
    }
    // Who came last has its 10 s as well, and the flood goes on.
    for (int i = 0; i < 10s / kBurstEvery && reached() < tries.size(); ++i) {
      burst();
      world.run_for(kBurstEvery);
    }
  }
  std::size_t reached() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        tries, [](const Node* node) { return node->saw(EventKind::kConnected); }));
  }

  World world;
  Node& server;
  CraftedHello forged{3};
  std::vector<Node*> tries;
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
};

}  // namespace

TEST_CASE("a flood of forged hellos keeps nobody out [RETRY-10, RETRY-11, RETRY-19]") {
  Flood flood(RetryMode::kAuto);
  flood.run();
  REQUIRE(flood.tries.size() == kTries);
  CHECK(flood.reached() * 100 >= 95 * kTries);
  CHECK(flood.server.count(EventKind::kAccepted) == flood.reached());
  CHECK(flood.server.endpoint->session_count() == flood.reached());
  const EndpointStats stats = flood.server.endpoint->stats();
  const auto counted = [&](Admission what) {
    return stats.admission[static_cast<std::size_t>(what)];
  };
  // Nearly all of it is answered by a Retry, which is a small part of the hello.
  CHECK(counted(Admission::kRetrySent) > 15'000);
  CHECK(counted(Admission::kSourceRate) == 0);
  CHECK(flood.bytes_out * 10 < flood.bytes_in);
  CHECK(flood.server.endpoint->record_count() <= kHalfOpenMax + flood.reached());
}

TEST_CASE("without Retry such a flood keeps nearly everybody out") {
  Flood flood(RetryMode::kOff);
  flood.run();
  CHECK(flood.reached() * 2 < kTries);
}
