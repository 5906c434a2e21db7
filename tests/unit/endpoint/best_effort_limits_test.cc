// SPDX-License-Identifier: MIT
//
// Best-effort messages at a rate limit: dropped and counted, and in the end too many.
#include <catch2/catch.hpp>

#include "endpoint/drop_rate.h"
#include "unit/endpoint/limited_world.h"

using namespace jetstream;
using namespace jetstream::endpoint;
using namespace jetstream::testing;
using namespace std::chrono_literals;

namespace {

constexpr auto kMessages = static_cast<std::size_t>(RateLimit::kSessionMessagesReceived);
constexpr auto kBytes = static_cast<std::size_t>(RateLimit::kSessionBytesReceived);

StreamId open_best_effort(const LimitedWorld::Client& client) {
  return client.node->endpoint
      ->open_stream(
          client.session,
          {.service = {}, .framing = Framing::kMessages, .delivery = Delivery::kBestEffort})
      .value();
}

EndpointStats stats_of(const LimitedWorld& world) { return world.server->endpoint->stats(); }

LimitStates states_of(const LimitedWorld& limited, const LimitedWorld::Client& client) {
  return limited.server->endpoint->limits(limited.world.now(), client.served).value();
}

/// `count` messages of `size` bytes in every millisecond of `time`, or as many as can be sent.
void flood(LimitedWorld& limited, const LimitedWorld::Client& client, StreamId stream, int count,
           std::size_t size, Duration time) {
  const std::vector<std::uint8_t> message(size, 0x6d);
  for (const Instant end = limited.world.now() + time; limited.world.now() < end;) {
    for (int i = 0; i < count; ++i) {
      (void)client.node->endpoint->send(client.session, stream, message);
    }
    limited.world.run_for(1ms);
  }
}

}  // namespace

TEST_CASE("best-effort messages beyond the limit are dropped and counted [RATE-7]") {
  LimitedWorld limited({.messages_per_second = 100});
  const auto client = limited.connect();
  const StreamId stream = open_best_effort(client);
  const Instant begin = limited.world.now();
  send_messages(client, stream, 100, 100);
  limited.world.run_for(50ms);
  CHECK(limited.messages() == 100);
  CHECK(stats_of(limited).rate_limit_drops[kMessages] == 0);

  send_messages(client, stream, 50, 100);
  limited.world.run_for(50ms);
  const std::size_t passed = limited.messages();
  CHECK(passed >= 100);
  CHECK(passed <= 100 + static_cast<std::size_t>((limited.world.now() - begin) / 10ms));
  CHECK(stats_of(limited).rate_limit_drops[kMessages] == 150 - passed);
  CHECK(stats_of(limited).rate_limit_waits[kMessages] == 0);
  // What is dropped is gone: nothing comes later.
  limited.world.run_for(3s);
  CHECK(limited.messages() == passed);
  CHECK(limited.server->endpoint->stream_info(client.served, stream)->messages_dropped ==
        150 - passed);
  CHECK(limited.server->saw(EventKind::kRateLimited));
  // And the tokens are there again for what is new.
  send_messages(client, stream, 1, 100);
  limited.world.run_for(50ms);
  CHECK(limited.messages() == passed + 1);
}

TEST_CASE("a best-effort message passes or drops as a whole, by its bytes too [RATE-7]") {
  SessionConfig session;
  session.message_bytes_max = 64 * 1024;
  LimitedWorld limited({.bytes_per_second = 100'000}, nullptr, session);
  const auto client = limited.connect();
  const StreamId stream = open_best_effort(client);
  for (int i = 0; i < 5; ++i) {
    send_messages(client, stream, 1, 40'000);
    limited.world.run_for(20ms);
  }
  CHECK(limited.messages() == 2);
  CHECK(limited.bytes() == 80'000);
  CHECK(stats_of(limited).rate_limit_drops[kBytes] == 3);
  limited.world.run_for(1s);
  send_messages(client, stream, 1, 40'000);
  limited.world.run_for(20ms);
  CHECK(limited.bytes() == 120'000);
}

TEST_CASE("the end of a stream is heard though its last message was dropped [RATE-7]") {
  LimitedWorld limited({.messages_per_second = 1});
  const auto client = limited.connect();
  const StreamId stream = open_best_effort(client);
  bool ended = false;
  limited.server->on_event = [&, read = limited.server->on_event](const Event& event) {
    read(event);
    if (event.kind != EventKind::kReadable) return;
    const auto view = limited.server->endpoint->read(event.session, event.stream);
    ended = ended || (view && view->fin && view->data.empty());
  };
  send_messages(client, stream, 3, 10);
  REQUIRE(client.node->endpoint->finish(client.session, stream));
  limited.world.run_for(1s);
  CHECK(limited.messages() == 1);
  CHECK(ended);
}

TEST_CASE("what can be dropped takes no tokens from what waits [RATE-7]") {
  LimitedWorld limited({.messages_per_second = 10});
  const auto client = limited.connect();
  const StreamId reliable = open_messages(client);
  const StreamId best_effort = open_best_effort(client);
  send_messages(client, reliable, 40, 10);
  flood(limited, client, best_effort, 1, 10, 3s);
  limited.world.run_for(100ms);
  CHECK(limited.messages(reliable) == 40);
  CHECK(limited.messages(best_effort) <= 1);
}

TEST_CASE("observing drops nothing") {
  LimitedWorld limited({.messages_per_second = 10, .mode = LimitMode::kObserve});
  const auto client = limited.connect();
  const StreamId stream = open_best_effort(client);
  flood(limited, client, stream, 1, 10, 7s);
  CHECK(limited.messages() >= 6900);
  CHECK(stats_of(limited).rate_limit_drops[kMessages] == 0);
  CHECK(stats_of(limited).rate_limit_observed[kMessages] > 6000);
  CHECK_FALSE(limited.server->saw(EventKind::kClosed));
}

TEST_CASE("who sends more than ten times the limit for five seconds is closed [RATE-8]") {
  LimitedWorld limited({.messages_per_second = 50});
  const auto client = limited.connect();
  const StreamId stream = open_best_effort(client);
  SECTION("at ten times the limit nothing happens") {
    const std::vector<std::uint8_t> message(10, 0x6d);
    for (int i = 0; i < 5500; ++i) {  // 550 in a second, of which 50 pass
      (void)client.node->endpoint->send(client.session, stream, message);
      limited.world.run_for(1818us + 182ns);
    }
    CHECK_FALSE(limited.server->saw(EventKind::kClosed));
    CHECK(stats_of(limited).rate_limit_drops[kMessages] > 4500);
  }
  SECTION("beyond it the session ends, but not before") {
    CloseInfo why;
    limited.server->on_event = [&, read = limited.server->on_event](const Event& event) {
      if (event.kind == EventKind::kClosed) {
        why = *limited.server->endpoint->close_info(event.session);
      }
      read(event);
    };
    client.node->on_event = [&](const Event& event) {
      if (event.kind != EventKind::kClosed) return;
      const CloseInfo* heard = client.node->endpoint->close_info(event.session);
      CHECK(heard->by_peer);
      CHECK(heard->reason == CloseReason::kRateLimitExceeded);
    };
    flood(limited, client, stream, 1, 10, 4900ms);
    CHECK_FALSE(limited.server->saw(EventKind::kClosed));
    flood(limited, client, stream, 1, 10, 1200ms);
    REQUIRE(limited.server->saw(EventKind::kClosed));
    CHECK(why.code == TransportCode::kRateLimited);
    CHECK(why.reason == CloseReason::kRateLimitExceeded);
    CHECK_FALSE(why.by_peer);
    CHECK(client.node->saw(EventKind::kClosed));
  }
  SECTION("a second of quiet starts the count anew") {
    for (int i = 0; i < 3; ++i) {
      flood(limited, client, stream, 1, 10, 4s);
      limited.world.run_for(1s);
    }
    CHECK_FALSE(limited.server->saw(EventKind::kClosed));
  }
}

TEST_CASE("a rate of drops, second by second [RATE-8]") {
  DropRate rate;
  constexpr Cost kLimit{.messages = 10, .bytes = 1000};
  const Instant begin(1000s);
  const auto fill = [&](int second, std::uint64_t messages, std::uint64_t bytes) {
    CHECK_FALSE(rate.add(begin + second * 1s, {messages, bytes}, kLimit));
  };
  SECTION("five seconds above it, by messages") {
    for (int i = 0; i < 5; ++i) fill(i, 101, 0);
    CHECK(rate.add(begin + 5s, {1, 0}, kLimit));
  }
  SECTION("by bytes") {
    for (int i = 0; i < 5; ++i) fill(i, 1, 10'001);
    CHECK(rate.add(begin + 5s, {1, 0}, kLimit));
  }
  SECTION("one second at ten times, not above") {
    for (int i = 0; i < 4; ++i) fill(i, 101, 0);
    fill(4, 100, 10'000);
    for (int i = 5; i < 10; ++i) fill(i, 101, 0);
    CHECK(rate.add(begin + 10s, {1, 0}, kLimit));
  }
  SECTION("a second without any") {
    for (int i = 0; i < 4; ++i) fill(i, 101, 0);
    for (int i = 5; i < 9; ++i) fill(i, 101, 0);
    fill(9, 1, 0);
  }
  SECTION("a limit that is off is never exceeded") {
    for (int i = 0; i < 20; ++i) CHECK_FALSE(rate.add(begin + i * 1s, {1'000'000, 0}, {0, 1000}));
  }
}

TEST_CASE("limits, tokens and what they did are there to be shown") {
  LimitedWorld limited({.messages_per_second = 10, .bytes_per_second = 1'000'000});
  const auto client = limited.connect();
  const LimitStates fresh = states_of(limited, client);
  CHECK(fresh[kMessages].per_second == 10);
  CHECK(fresh[kMessages].tokens == 10);
  CHECK(fresh[kBytes].tokens == 1'000'000);
  CHECK(fresh[static_cast<std::size_t>(RateLimit::kGlobalBytesSent)].per_second == 0);
  send_messages(client, open_messages(client), 7, 100);
  limited.world.run_for(50ms);
  const LimitStates used = states_of(limited, client);
  CHECK(used[kMessages].tokens == 3);
  CHECK(used[kBytes].tokens >= 1'000'000 - 700);
  CHECK(used[kMessages].times == 0);
  send_messages(client, open_best_effort(client), 13, 100);
  limited.world.run_for(50ms);
  const LimitStates after = states_of(limited, client);
  CHECK(after[kMessages].tokens == 0);
  CHECK(after[kMessages].dropped >= 9);
  CHECK(limited.server->endpoint->info(client.served)->times_limited == after[kMessages].dropped);
  CHECK_FALSE(limited.server->endpoint->limits(limited.world.now(), SessionHandle{}));
}
