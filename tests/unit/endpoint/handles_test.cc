// SPDX-License-Identifier: MIT
//
// Names of sessions: handles, ids and addresses, and what stale ones are worth.
#include <catch2/catch.hpp>
#include <set>

#include "endpoint/slot_table.h"
#include "unit/endpoint/lone_endpoint.h"

using namespace jetstream;
using namespace jetstream::testing;
using namespace std::chrono_literals;

TEST_CASE("a slot's next user has another handle and another connection id") {
  class NoRandom : public RandomSource {
    void fill_public(MutableBytes out) override { std::fill(out.begin(), out.end(), 0); }
    void fill_secret(MutableBytes out) override { fill_public(out); }
  } random;  // chance must not be what keeps them apart
  endpoint::SlotTable slots(3, 2, random);
  std::set<ConnectionId> ids;
  std::set<SessionHandle> handles;
  for (int user = 0; user < 256; ++user) {
    const auto index = slots.allocate(endpoint::Slot::Kind::kHalfOpen);
    REQUIRE(index == 0u);
    const ConnectionId id = slots.id_of(*index);
    const SessionHandle handle = slots.handle_of(*index);
    CHECK(id.bytes[0] == 3);
    CHECK(slots.find(id) == index);
    CHECK(slots.find(handle) == index);
    CHECK(ids.insert(id).second);
    CHECK(handles.insert(handle).second);
    slots.release(*index);
    CHECK_FALSE(slots.find(id));
    CHECK_FALSE(slots.find(handle));
  }
}

TEST_CASE("there are as many slots as were asked for, and freed ones serve again") {
  SeededRandom random(1);
  endpoint::SlotTable slots(0, 3, random);
  std::set<std::uint32_t> taken;
  for (int i = 0; i < 3; ++i) {
    taken.insert(slots.allocate(endpoint::Slot::Kind::kHalfOpen).value());
  }
  CHECK(taken.size() == 3);
  CHECK_FALSE(slots.allocate(endpoint::Slot::Kind::kHalfOpen));
  CHECK(slots.in_use() == 3);
  slots.release(1);
  CHECK(slots.in_use() == 2);
  CHECK(slots.allocate(endpoint::Slot::Kind::kHalfOpen) == 1u);
}

TEST_CASE("an id of another worker, another key or a made-up one finds nothing") {
  SeededRandom random(1);
  endpoint::SlotTable slots(0, 1000, random);
  endpoint::SlotTable others(1, 1000, random);
  for (int i = 0; i < 1000; ++i) {
    others.allocate(endpoint::Slot::Kind::kHalfOpen);
    slots.allocate(endpoint::Slot::Kind::kHalfOpen);
  }
  int found = 0;
  for (std::uint32_t i = 0; i < 1000; ++i) {
    if (slots.find(others.id_of(i))) ++found;
    ConnectionId guess;
    random.fill_public(guess.bytes);
    guess.bytes[0] = 0;
    if (slots.find(guess)) ++found;
    for (int bit = 0; bit < 64; ++bit) {
      ConnectionId near = slots.id_of(i);
      near.bytes[static_cast<std::size_t>(bit / 8)] ^= static_cast<std::uint8_t>(1 << bit % 8);
      if (slots.find(near)) ++found;
    }
  }
  CHECK(found == 0);
}

TEST_CASE("every command refuses a stale handle, and one that never was") {
  ServedClient served;
  Endpoint& server = *served.server.operator->();
  const SessionHandle stale = served.session;
  REQUIRE(server.close(served.server.now, stale, CloseReason::kNormal, ""));
  served.server.run_for(10s);
  REQUIRE(server.record_count() == 0);
  for (const SessionHandle handle : {stale, SessionHandle{}, SessionHandle{stale.slot + 1, 0}}) {
    const auto refuses = [](const auto& result) {
      return !result.has_value() && result.error().code == LocalCode::kUnknownSession;
    };
    CHECK(refuses(server.close(served.server.now, handle, CloseReason::kNormal, "")));
    CHECK(refuses(server.close(served.server.now, handle, TransportCode::kNoError, "")));
    CHECK(refuses(server.info(handle)));
    CHECK(server.close_info(handle) == nullptr);
    CHECK(refuses(server.ping(served.server.now, handle)));
    CHECK(refuses(server.open_stream(handle, {})));
    CHECK(refuses(server.send(handle, StreamId(1), as_bytes("x"))));
    CHECK(refuses(server.finish(handle, StreamId(1))));
    CHECK(refuses(server.reset(handle, StreamId(1), 0)));
    CHECK(refuses(server.stop_sending(handle, StreamId(1), 0)));
    CHECK(refuses(server.read(handle, StreamId(1))));
    CHECK(refuses(server.consume(handle, StreamId(1), 1)));
    CHECK(refuses(server.stream_info(handle, StreamId(1))));
    int visited = 0;
    server.visit_streams(handle, [&](const StreamInfo&) { ++visited; });
    server.visit_sessions([&](const SessionInfo&) { ++visited; });
    CHECK(visited == 0);
  }
  CHECK(served.server.turn().empty());
}

TEST_CASE("nothing works on a session whose handshake is not over") {
  LoneEndpoint client;
  const ConnectOptions options{
      .remote = kServerAddress, .trust = server_trust(), .identity = {}, .session = {}};
  const SessionHandle session = client->connect(client.now, options).value();
  const auto refuses = [](const auto& result) {
    return !result.has_value() && result.error().code == LocalCode::kNotConnected;
  };
  CHECK(refuses(client->open_stream(session, {})));
  CHECK(refuses(client->send(session, StreamId(1), as_bytes("x"))));
  CHECK(refuses(client->ping(client.now, session)));
  CHECK(refuses(client->read(session, StreamId(1))));
  CHECK(refuses(client->consume(session, StreamId(1), 1)));
  CHECK(client->info(session)->state == SessionState::kHandshaking);
  CHECK(client->session_count() == 0);
  CHECK(client->record_count() == 1);
}

TEST_CASE("a session is found by its number and by its address, the newest first") {
  LoneEndpoint server(server_config());
  std::vector<SessionHandle> sessions;
  for (std::uint64_t seed = 1; seed <= 2; ++seed) {
    RawClient client(kStart, server_trust(), {}, seed);
    REQUIRE(client.take_flight(server.exchange(kClientAddress, client.hello()).at(0).bytes));
    server.exchange(kClientAddress, client.finished());
    sessions.push_back(server.events.back().session);
  }
  CHECK(server->find(SessionId(1)) == sessions[0]);
  CHECK(server->find(SessionId(2)) == sessions[1]);
  CHECK_FALSE(server->find(SessionId(3)));
  CHECK(server->find(kClientAddress) == sessions[1]);
  CHECK_FALSE(server->find(kOtherAddress));
  REQUIRE(server->close(server.now, sessions[1], CloseReason::kNormal, ""));
  CHECK(server->find(kClientAddress) == sessions[0]);
  std::set<SessionHandle> visited;
  server->visit_sessions([&](const SessionInfo& info) { visited.insert(info.handle); });
  CHECK(visited == std::set<SessionHandle>(sessions.begin(), sessions.end()));
}

TEST_CASE("an endpoint is not made of a configuration that is out of range") {
  SeededRandom random(1);
  CountingIds ids;
  const auto valid = [&](auto change) {
    EndpointConfig config;
    config.server = server_config();
    config.session_ids = &ids;
    change(config);
    return Endpoint::create(config, random).has_value();
  };
  CHECK(valid([](EndpointConfig& c) { c.server->half_open_max = 2; }));
  CHECK_FALSE(valid([](EndpointConfig& c) { c.server->half_open_max = 1; }));
  CHECK_FALSE(valid([](EndpointConfig& c) { c.server->half_open_max = 65537; }));
  CHECK_FALSE(valid([](EndpointConfig& c) { c.server->sessions_max = 0; }));
  CHECK(valid([](EndpointConfig& c) { c.server->sessions_max = 1048576; }));
  CHECK_FALSE(valid([](EndpointConfig& c) { c.server->sessions_max = 1048577; }));
  CHECK_FALSE(valid([](EndpointConfig& c) { c.session_ids = nullptr; }));
  CHECK_FALSE(valid([](EndpointConfig& c) { c.handshake_timeout = 1s - 1ns; }));
  CHECK(valid([](EndpointConfig& c) { c.handshake_timeout = 1s; }));
  CHECK(valid([](EndpointConfig& c) { c.handshake_timeout = 60s; }));
  CHECK_FALSE(valid([](EndpointConfig& c) { c.handshake_timeout = 60s + 1ns; }));
  CHECK_FALSE(valid([](EndpointConfig& c) { c.cleanup_interval = 100ms - 1ns; }));
  CHECK_FALSE(valid([](EndpointConfig& c) { c.cleanup_interval = 1h + 1ns; }));
  CHECK_FALSE(valid([](EndpointConfig& c) { c.session.max_streams = 0; }));
}
