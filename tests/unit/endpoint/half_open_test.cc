// SPDX-License-Identifier: MIT
//
// Handshakes that are not finished: how many there are, and when they go.
#include <catch2/catch.hpp>

#include "endpoint/half_open_table.h"
#include "unit/endpoint/crafted_hello.h"
#include "unit/endpoint/lone_endpoint.h"

using namespace jetstream;
using namespace jetstream::testing;
using namespace std::chrono_literals;

namespace {

PeerAddress address(std::uint16_t port) { return PeerAddress::v4({203, 0, 113, 1}, port); }

constexpr auto kUnproven = endpoint::Half::kUnproven;
constexpr auto kProven = endpoint::Half::kProven;

std::uint32_t insert(endpoint::HalfOpenTable& table, std::uint16_t port, Instant at,
                     endpoint::Half half = kUnproven) {
  const auto index = table.allocate(half);
  REQUIRE(index);
  table[*index].remote = address(port);
  table[*index].client_id = ConnectionId{{1}};
  table[*index].created_at = at;
  table.insert(*index, port);
  return *index;
}

/// Room for so many hellos that prove nothing, and nobody is asked to prove anything.
LoneEndpoint server_with_room_for(std::uint32_t handshakes) {
  ServerConfig config = server_config();
  config.half_open_max = 2 * handshakes;  // half of them for those who have proven themselves
  config.retry = RetryMode::kOff;
  return LoneEndpoint(config);
}

/// Whether a new hello gets an answer.
bool gets_in(LoneEndpoint& server, std::uint64_t seed) {
  const PeerAddress from = address(static_cast<std::uint16_t>(10000 + seed));
  return server.exchange(from, CraftedHello(seed).datagram()).size() == 1;
}

}  // namespace

TEST_CASE("the table finds what it holds, by address and id, and nothing else") {
  endpoint::HalfOpenTable table(4, 10s, {});
  const session::HalfOpen empty;
  const auto& random = empty.client_random;
  const std::uint32_t one = insert(table, 1, kStart);
  const std::uint32_t two = insert(table, 2, kStart + 1s, kProven);
  CHECK(table.size() == 2);
  CHECK(table.find(address(1), ConnectionId{{1}}, random) == one);
  CHECK(table.find(address(2), ConnectionId{{1}}, random) == two);
  CHECK_FALSE(table.find(address(3), ConnectionId{{1}}, random));
  CHECK_FALSE(table.find(address(1), ConnectionId{{2}}, random));
  auto other_random = random;
  other_random[31] ^= 1;
  CHECK_FALSE(table.find(address(1), ConnectionId{{1}}, other_random));
  CHECK(table.slot_of(two) == 2);
  CHECK(table.half_of(one) == kUnproven);
  CHECK(table.half_of(two) == kProven);
  table.release(one);
  CHECK_FALSE(table.find(address(1), ConnectionId{{1}}, random));
  CHECK(table.find(address(2), ConnectionId{{1}}, random) == two);
  CHECK(table.deadline() == kStart + 11s);
  table.release(two);
  CHECK(table.deadline() == kNever);
  CHECK(table.size() == 0);
}

TEST_CASE("the table agrees with a plain list whatever comes and goes") {
  constexpr std::uint32_t kCapacity = 8;  // of each half
  endpoint::HalfOpenTable table(2 * kCapacity, 10s, {});
  std::uint32_t capacity = kCapacity;  // which becomes another one now and then
  struct Entry {
    std::uint16_t port;
    std::uint32_t index;
    Instant at;
  };
  std::array<std::vector<Entry>, 2> models;  // oldest first
  const std::array<std::uint8_t, 32> client_random{};
  SeededRandom random(4);
  Instant now = kStart;
  for (int step = 0; step < 20000; ++step) {
    now += std::chrono::milliseconds(random.below(500));
    if (step % 500 == 499) {
      capacity = 1 + static_cast<std::uint32_t>(random.below(2 * kCapacity));
      table.configure(2 * capacity, 10s);
    }
    const auto port = static_cast<std::uint16_t>(random.below(128));
    // The half of a client follows from its port here.
    const endpoint::Half half = port % 2 == 0 ? kUnproven : kProven;
    auto& model = models[port % 2];
    const auto known = std::find_if(model.begin(), model.end(),
                                    [&](const Entry& entry) { return entry.port == port; });
    const auto found = table.find(address(port), ConnectionId{{1}}, client_random);
    REQUIRE(found.has_value() == (known != model.end()));
    if (found) {
      REQUIRE(*found == known->index);
      table.release(*found);
      model.erase(known);
    } else if (model.size() < capacity) {
      model.push_back({port, insert(table, port, now, half), now});
    } else {
      REQUIRE_FALSE(table.allocate(half));
    }
    REQUIRE(table.size() == models[0].size() + models[1].size());
    REQUIRE(table.size(half) == model.size());
    Instant deadline = kNever;
    for (const auto& each : models) {
      if (!each.empty()) deadline = std::min(deadline, each.front().at + 10s);
    }
    REQUIRE(table.deadline() == deadline);
    const bool tight = model.size() * 4 > capacity * 3;
    const auto oldest = table.due(now, half);
    const bool is_due = !model.empty() && now - model.front().at >= (tight ? 3s : 10s);
    REQUIRE(oldest.has_value() == is_due);
    if (oldest) REQUIRE(*oldest == model.front().index);
  }
}

TEST_CASE("one half never takes the room of the other [RETRY-11]") {
  for (const std::uint32_t capacity : {2u, 3u, 8u, 9u}) {
    endpoint::HalfOpenTable table(capacity, 10s, {});
    CHECK(table.capacity(kUnproven) == capacity / 2);
    CHECK(table.capacity(kUnproven) + table.capacity(kProven) == capacity);
    std::uint16_t port = 0;
    while (table.allocate(kUnproven)) insert(table, ++port, kStart, kUnproven);
    CHECK(port == capacity / 2);
    CHECK(table.size(kProven) == 0);
    while (table.allocate(kProven)) insert(table, ++port, kStart, kProven);
    CHECK(port == capacity);
  }
}

TEST_CASE("a flight is queued once until it is sent, and not at all if it is gone") {
  endpoint::HalfOpenTable table(4, 10s, {});
  const std::uint32_t one = insert(table, 1, kStart);
  const std::uint32_t two = insert(table, 2, kStart);
  CHECK(table.queue_flight(one));
  CHECK_FALSE(table.queue_flight(one));
  CHECK(table.queue_flight(two));
  table.release(one);
  CHECK(table.next_flight() == two);
  CHECK_FALSE(table.next_flight());
  CHECK(table.queue_flight(two));
  CHECK(table.next_flight() == two);
}

TEST_CASE("a released record has no secrets left") {
  endpoint::HalfOpenTable table(2, 10s, {});
  const std::uint32_t one = insert(table, 1, kStart);
  table[one].master.writable()[0] = 42;
  table[one].client_traffic.writable()[31] = 42;
  table.release(one);
  const auto again = table.allocate(kUnproven);
  REQUIRE(again == one);
  const crypto::Secret empty;
  CHECK(to_hex(table[one].master.view()) == to_hex(empty.view()));
  CHECK(to_hex(table[one].client_traffic.view()) == to_hex(empty.view()));
}

TEST_CASE("an unfinished handshake goes at handshake_timeout and not before [HS-11]") {
  LoneEndpoint server(server_config());
  REQUIRE(gets_in(server, 1));
  CHECK(server->poll_timeout() == kStart + 10s);
  server.run_to(kStart + 10s - 1ns);
  CHECK(server->record_count() == 1);
  server.run_to(kStart + 10s);
  CHECK(server->record_count() == 0);
  CHECK(server->stats().handshakes_failed == 1);
}

TEST_CASE("ClientFinished is good until handshake_timeout and no longer [HS-11]") {
  for (const bool late : {false, true}) {
    LoneEndpoint server(server_config());
    RawClient client(kStart, server_trust(), {});
    REQUIRE(client.take_flight(server.exchange(kClientAddress, client.hello()).at(0).bytes));
    server.now = kStart + 10s - (late ? 0ns : 1ns);
    server.exchange(kClientAddress, client.finished());
    CHECK(server->session_count() == (late ? 0 : 1));
    CHECK(server->record_count() == (late ? 0 : 1));
  }
}

TEST_CASE("a full table takes no more, and hellos of 3 s make room [HS-11]") {
  LoneEndpoint server = server_with_room_for(4);
  for (std::uint64_t seed = 0; seed < 4; ++seed) REQUIRE(gets_in(server, seed));
  CHECK_FALSE(gets_in(server, 4));
  CHECK(server.drops(DropReason::kHalfOpenFull) == 1);
  server.now = kStart + 3s - 1ns;
  CHECK_FALSE(gets_in(server, 4));
  server.now = kStart + 3s;
  CHECK(gets_in(server, 4));
  CHECK(server->record_count() == 4);
}

TEST_CASE("up to three quarters full nobody is pushed out before the time") {
  LoneEndpoint server = server_with_room_for(4);
  for (std::uint64_t seed = 0; seed < 3; ++seed) REQUIRE(gets_in(server, seed));
  server.run_to(kStart + 10s - 1ns);
  CHECK(server->record_count() == 3);
}

TEST_CASE("a flood never makes the table grow") {
  LoneEndpoint server = server_with_room_for(16);
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    gets_in(server, seed);
    REQUIRE(server->record_count() <= 16);
    server.now += 20ms;
  }
  server.run_for(10s);
  CHECK(server->record_count() == 0);
  const EndpointStats stats = server->stats();
  CHECK(stats.handshakes_failed == stats.handshakes_started);
}
