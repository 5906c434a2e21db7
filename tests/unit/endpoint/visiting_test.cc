// SPDX-License-Identifier: MIT
//
// Looking at very many sessions a few at a time, while they come and go.
#include <catch2/catch.hpp>
#include <set>

#include "unit/endpoint/lone_endpoint.h"

using namespace jetstream;
using namespace jetstream::testing;

namespace {

SessionHandle accept_session(LoneEndpoint& server, std::uint64_t seed) {
  RawClient client(kStart, server_trust(), {}, seed);
  REQUIRE(client.take_flight(server.exchange(kClientAddress, client.hello()).at(0).bytes));
  server.exchange(kClientAddress, client.finished());
  return server.events.back().session;
}

std::vector<std::uint64_t> ids_from(LoneEndpoint& server, std::uint64_t first, std::size_t limit,
                                    std::optional<SessionId>* next = nullptr) {
  std::vector<std::uint64_t> ids;
  const auto then = server->visit_sessions(SessionId(first), limit, [&](const SessionInfo& info) {
    CHECK(info.handle == server->find(info.id));
    ids.push_back(info.id.value());
  });
  if (next != nullptr) *next = then;
  return ids;
}

using Ids = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("sessions are visited in the order of their ids, so many at a time") {
  LoneEndpoint server(server_config());
  CHECK(ids_from(server, 0, 10).empty());
  std::vector<SessionHandle> sessions;
  for (std::uint64_t i = 1; i <= 5; ++i) sessions.push_back(accept_session(server, i));
  std::optional<SessionId> next;
  CHECK(ids_from(server, 0, 2, &next) == Ids{1, 2});
  CHECK(next == SessionId(3));
  CHECK(ids_from(server, 3, 2, &next) == Ids{3, 4});
  CHECK(next == SessionId(5));
  CHECK(ids_from(server, 5, 2, &next) == Ids{5});
  CHECK_FALSE(next);
  CHECK(ids_from(server, 6, 2, &next).empty());
  CHECK_FALSE(next);
  // A closing one is still seen, as its state says, and one that is forgotten is not.
  REQUIRE(server->close(server.now, sessions[2], CloseReason::kNormal, ""));
  CHECK(ids_from(server, 2, 3) == Ids{2, 3, 4});
  server.run_for(std::chrono::seconds(11));
  CHECK(ids_from(server, 2, 3) == Ids{2, 4, 5});
  // The slot's next user stands at the end.
  CHECK(accept_session(server, 99).slot == sessions[2].slot);
  CHECK(ids_from(server, 0, 10) == Ids{1, 2, 4, 5, 6});
}

TEST_CASE("whoever goes on from page to page sees each session that stays once, whatever happens") {
  SeededRandom random(4);
  EndpointConfig config;
  config.session.heartbeat_enabled = false;  // the clients say nothing any more
  LoneEndpoint server(server_config(), config);
  std::vector<SessionHandle> open;
  std::uint64_t seed = 0;
  for (int i = 0; i < 40; ++i) open.push_back(accept_session(server, ++seed));
  for (int round = 0; round < 8; ++round) {
    std::set<std::uint64_t> staying;
    for (const SessionHandle session : open) {
      staying.insert(server->info(session).value().id.value());
    }
    std::multiset<std::uint64_t> seen;
    std::optional<SessionId> next = SessionId(0);
    while (next) {
      server->visit_sessions(*next, 5,
                             [&](const SessionInfo& info) { seen.insert(info.id.value()); });
      next = server->visit_sessions(*next, 5, [](const SessionInfo&) {});
      const std::size_t victim = random.below(open.size());
      staying.erase(server->info(open[victim]).value().id.value());
      REQUIRE(server->close(server.now, open[victim], CloseReason::kNormal, ""));
      open[victim] = accept_session(server, ++seed);
      server.run_for(std::chrono::milliseconds(250));
    }
    for (const std::uint64_t id : staying) REQUIRE(seen.count(id) == 1);
    for (const std::uint64_t id : seen) REQUIRE(seen.count(id) == 1);
  }
}
