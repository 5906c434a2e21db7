// SPDX-License-Identifier: MIT
//
// What a server knows of how much its limits are asked for.
#include "jetstream/usage.h"

#include <catch2/catch.hpp>

#include "endpoint/sources.h"
#include "unit/endpoint/limited_world.h"
#include "unit/endpoint/retry_helpers.h"

using namespace jetstream;
using namespace jetstream::testing;
using namespace std::chrono_literals;
using endpoint::Sources;

namespace {

constexpr Instant kBegin{1000s};

const UsageHistogram& of(const Usage& usage, RateLimit limit) {
  return usage.limits[static_cast<std::size_t>(limit)];
}

Usage taken(LimitedWorld& limited) {
  return limited.server->endpoint->take_usage(limited.world.now());
}

PeerAddress client_at(std::uint8_t number) { return PeerAddress::v4({10, 0, 0, number}, 4000); }

}  // namespace

TEST_CASE("what a session receives in a second is one value of its usage") {
  LimitedWorld limited({.messages_per_second = 1000});
  const auto client = limited.connect();
  const StreamId stream = open_messages(client);
  send_messages(client, stream, 30, 100);
  limited.world.run_for(1100ms);
  // The second is over when the next one begins.
  CHECK(of(taken(limited), RateLimit::kSessionMessagesReceived).count() == 0);
  send_messages(client, stream, 7, 10);
  limited.world.run_for(100ms);
  const Usage usage = taken(limited);
  CHECK(of(usage, RateLimit::kSessionMessagesReceived).count() == 1);
  CHECK(of(usage, RateLimit::kSessionMessagesReceived).max() == 30);
  CHECK(of(usage, RateLimit::kSessionBytesReceived).max() == 3000);
  CHECK(of(usage, RateLimit::kSessionMessagesSent).count() == 0);
  CHECK(limited.server->endpoint->stats()
            .rate_limit_passed[static_cast<std::size_t>(RateLimit::kGlobalMessagesReceived)] == 37);
  // Taken is taken; what the second was in that was under way comes with the session's end.
  CHECK(of(taken(limited), RateLimit::kSessionMessagesReceived).count() == 0);
  REQUIRE(
      client.node->endpoint->close(limited.world.now(), client.session, CloseReason::kNormal, ""));
  limited.world.run_for(60s);
  CHECK(of(taken(limited), RateLimit::kSessionMessagesReceived).max() == 7);
}

TEST_CASE("observing tells what is asked for, however much more than the limit") {
  LimitedWorld limited({.messages_per_second = 10, .mode = LimitMode::kObserve});
  const auto client = limited.connect();
  const StreamId stream = open_messages(client);
  send_messages(client, stream, 500, 10);
  limited.world.run_for(1500ms);
  send_messages(client, stream, 1, 10);
  limited.world.run_for(500ms);
  CHECK(of(taken(limited), RateLimit::kSessionMessagesReceived).max() == 500);
}

TEST_CASE("a source's handshakes of a second are one value, given or not") {
  ServerConfig config = server_config();
  config.handshake_rate_per_source = 2;
  config.handshake_burst_per_source = 4;
  config.exempt = {parse_address_block("10.0.0.9").value()};
  Usage usage;
  Sources sources(config, {}, &usage);
  for (int i = 0; i < 50; ++i) (void)sources.take_handshake(kBegin, client_at(1));
  for (int i = 0; i < 3; ++i) (void)sources.take_handshake(kBegin, client_at(2));
  for (int i = 0; i < 99; ++i) (void)sources.take_handshake(kBegin, client_at(9));  // exempt
  sources.close_seconds(kBegin + 1s - 1ns);
  CHECK(usage.source_handshakes.count() == 0);
  sources.close_seconds(kBegin + 1s);
  CHECK(usage.source_handshakes.count() == 2);
  CHECK(usage.source_handshakes.sum() == 53);
  CHECK(usage.source_handshakes.max() == 50);
  sources.close_seconds(kBegin + 5s);
  CHECK(usage.source_handshakes.count() == 2);
  // Who is forgotten has been counted.
  (void)sources.take_handshake(kBegin + 5s, client_at(1));
  CHECK(sources.forget(client_at(1)));
  CHECK(usage.source_handshakes.count() == 3);
}

TEST_CASE("each session that begins tells how many its source has") {
  ServerConfig config = server_config();
  config.exempt = {parse_address_block("10.0.0.9").value()};
  Usage usage;
  Sources sources(config, {}, &usage);
  for (int i = 0; i < 3; ++i) (void)sources.add_session(client_at(1));
  sources.remove_session(endpoint::source_of(client_at(1)));
  (void)sources.add_session(client_at(1));
  (void)sources.add_session(client_at(2));
  (void)sources.add_session(client_at(9));
  CHECK(usage.source_sessions.count() == 5);
  CHECK(usage.source_sessions.sum() == 1 + 2 + 3 + 3 + 1);
  CHECK(usage.source_sessions.max() == 3);
}

TEST_CASE("clients have no usage to tell") {
  LimitedWorld limited({.messages_per_second = 10});
  const auto client = limited.connect();
  CHECK(client.node->endpoint->take_usage(limited.world.now()).source_sessions.count() == 0);
  CHECK(taken(limited).source_sessions.count() == 1);
}
