// SPDX-License-Identifier: MIT
//
// Finding sessions by what people know of them.
#include <catch2/catch.hpp>
#include <map>

#include "endpoint/slot_index.h"
#include "support/seeded_random.h"
#include "unit/endpoint/lone_endpoint.h"

using namespace jetstream;
using namespace jetstream::testing;
using endpoint::SlotIndex;

namespace {

/// Sessions of one client address on one server, in the order of their numbers.
std::vector<SessionHandle> accept_sessions(LoneEndpoint& server, const PeerAddress& from,
                                           std::uint64_t first_seed, int count) {
  std::vector<SessionHandle> sessions;
  for (int i = 0; i < count; ++i) {
    RawClient client(kStart, server_trust(), {}, first_seed + static_cast<std::uint64_t>(i));
    REQUIRE(client.take_flight(server.exchange(from, client.hello()).at(0).bytes));
    server.exchange(from, client.finished());
    sessions.push_back(server.events.back().session);
  }
  return sessions;
}

}  // namespace

TEST_CASE("an index of slots agrees with a plain map whatever is put in and taken out") {
  SeededRandom random(7);
  SlotIndex index;
  std::map<std::uint32_t, std::uint32_t> model;  // slot to hash
  const auto check = [&] {
    for (const auto& [slot, hash] : model) {
      REQUIRE(index.find(hash, [wanted = slot](std::uint32_t found) { return found == wanted; }) ==
              slot);
    }
  };
  for (int i = 0; i < 20000; ++i) {
    const auto slot = static_cast<std::uint32_t>(random.below(300));
    if (model.contains(slot)) {
      index.erase(model[slot], slot);
      model.erase(slot);
    } else {
      // Few hashes, next to each other, so that searches meet and wrap around.
      model[slot] = 0xffff'fff0 + static_cast<std::uint32_t>(random.below(24));
      index.insert(model[slot], slot);
    }
    REQUIRE(index.size() == model.size());
    if (i % 100 == 0) check();
  }
  check();
  CHECK(index.find(5000, [](std::uint32_t) { return true; }) == SlotIndex::kNone);
}

TEST_CASE("an index of slots is never larger than eight times what it holds") {
  SlotIndex index;
  CHECK(index.find(1, [](std::uint32_t) { return true; }) == SlotIndex::kNone);
  index.erase(1, 1);
  for (std::uint32_t i = 0; i < 1000; ++i) index.insert(i * 2654435761U, i);
  CHECK(index.capacity() == 2048);
  for (std::uint32_t i = 0; i < 1000; ++i) {
    index.erase(i * 2654435761U, i);
    index.erase(i * 2654435761U, i);  // the second time without effect
    REQUIRE(index.capacity() <= std::max<std::size_t>(16, 8 * (index.size() + 1)));
  }
  CHECK(index.size() == 0);
}

TEST_CASE("of many sessions at one address the one that came there last is found") {
  LoneEndpoint server(server_config());
  const auto sessions = accept_sessions(server, kClientAddress, 1, 5);
  const auto others = accept_sessions(server, kOtherAddress, 100, 2);
  CHECK(server->find(kClientAddress) == sessions[4]);
  CHECK(server->find(kOtherAddress) == others[1]);
  // One of the middle, the first and the last end.
  for (const auto& [ends, left] : {std::pair(2, 4), std::pair(4, 3), std::pair(0, 3)}) {
    REQUIRE(server->close(server.now, sessions[static_cast<std::size_t>(ends)],
                          CloseReason::kNormal, ""));
    CHECK(server->find(kClientAddress) == sessions[static_cast<std::size_t>(left)]);
    server.turn();
    CHECK(server->find(kClientAddress) == sessions[static_cast<std::size_t>(left)]);
  }
  server.run_for(std::chrono::seconds(11));  // cleanup_interval: the records are freed
  CHECK(server->record_count() == 4);
  CHECK(server->find(kClientAddress) == sessions[3]);
  for (const std::size_t i : {1u, 3u}) {
    REQUIRE(server->close(server.now, sessions[i], CloseReason::kNormal, ""));
  }
  CHECK_FALSE(server->find(kClientAddress));
  CHECK(server->find(kOtherAddress) == others[1]);
  server.turn();
  CHECK_FALSE(server->find(kClientAddress));
}

TEST_CASE("a session is found by its number until its record is freed, and never after") {
  LoneEndpoint server(server_config());
  const auto sessions = accept_sessions(server, kClientAddress, 1, 2);
  REQUIRE(server->close(server.now, sessions[0], CloseReason::kNormal, ""));
  server.turn();
  CHECK(server->find(SessionId(1)) == sessions[0]);
  server.run_for(std::chrono::seconds(11));
  CHECK_FALSE(server->find(SessionId(1)));
  CHECK(server->find(SessionId(2)) == sessions[1]);
  // The slot's next user has its own number and address.
  const auto next = accept_sessions(server, kOtherAddress, 50, 1);
  CHECK(next[0].slot == sessions[0].slot);
  CHECK(server->find(SessionId(3)) == next[0]);
  CHECK_FALSE(server->find(SessionId(1)));
  CHECK(server->find(kOtherAddress) == next[0]);
}

TEST_CASE("sessions that move from one address to another are found at the new one only") {
  World world(9);
  Node& server = world.add_server();
  Node& client = world.add_client();
  for (int i = 0; i < 3; ++i) world.connect(client, server);
  world.run_for(std::chrono::seconds(1));
  const PeerAddress before = client.address;
  const PeerAddress after = PeerAddress::v4({203, 0, 113, 9}, 5000);
  REQUIRE(server.endpoint->find(before));
  client.address = after;
  client.endpoint->migrate_all(world.now());
  world.run_for(std::chrono::seconds(2));
  CHECK_FALSE(server.endpoint->find(before));
  REQUIRE(server.endpoint->find(after));
  std::size_t found = 0;
  for (int i = 0; i < 3; ++i) {  // one after the other, each leads to the next
    const auto session = server.endpoint->find(after);
    REQUIRE(session);
    REQUIRE(server.endpoint->close(world.now(), *session, CloseReason::kNormal, ""));
    ++found;
  }
  CHECK(found == 3);
  CHECK_FALSE(server.endpoint->find(after));
}
