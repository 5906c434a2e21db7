// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "unit/endpoint/limited_world.h"

using namespace jetstream;
using namespace jetstream::testing;
using namespace std::chrono_literals;

namespace {

constexpr Duration kTick = 256us;

std::uint64_t waits(const LimitedWorld& world, RateLimit limit) {
  return world.server->endpoint->stats().rate_limit_waits[static_cast<std::size_t>(limit)];
}

}  // namespace

TEST_CASE("a second's worth of messages passes at once, the rest one by one [RATE-1, RATE-2]") {
  LimitedWorld limited({.messages_per_second = 100});
  const auto client = limited.connect();
  const StreamId stream = open_messages(client);
  const Instant begin = limited.world.now();
  send_messages(client, stream, 130, 100);
  limited.world.run_until([&] { return limited.messages() == 130; });

  REQUIRE(limited.messages() == 130);
  const std::vector<Instant> at = limited.message_times();
  CHECK(at[99] - begin < 100ms);
  for (std::size_t i = 100; i < 130; ++i) {
    const Instant due = at[0] + (i - 99) * 10ms;
    INFO("message " << i);
    CHECK(at[i] >= due);
    CHECK(at[i] <= due + kTick);
  }
  CHECK(waits(limited, RateLimit::kSessionMessagesReceived) == 30);
  CHECK(limited.server->endpoint->info(client.served)->times_limited == 30);
  CHECK(limited.server->count(EventKind::kRateLimited) == 30);
}

TEST_CASE("bytes that can't be paid for wait, and their credit with them [RATE-4]") {
  LimitedWorld limited({.bytes_per_second = 300'000});
  const auto client = limited.connect();
  const StreamId stream = open_bytes(client);
  const std::vector<std::uint8_t> data(1'000'000, 0x62);
  const Instant begin = limited.world.now();
  REQUIRE(client.node->endpoint->send(client.session, stream, data) == 1'000'000u);
  limited.world.run_for(500ms);
  CHECK(limited.bytes() <= 300'000 + 150'000);
  CHECK(limited.bytes() >= 300'000 + 140'000);
  // The client was given credit for what was read and a window beyond, and for nothing else.
  const auto received = limited.server->endpoint->stream_info(client.served, stream);
  CHECK(received->recv_window + received->bytes_received <= limited.bytes() + 256 * 1024);
  limited.world.run_until([&] { return limited.bytes() == 1'000'000; });
  CHECK(limited.bytes() == 1'000'000);
  CHECK(limited.delivered.back().at - begin >= 2333ms);
  CHECK(limited.delivered.back().at - begin < 2333ms + 50ms);
  CHECK(limited.server->count(EventKind::kClosed) == 0);
}

TEST_CASE("a byte stream that waits wakes a hundred times a second, not for every byte") {
  LimitedWorld limited({.bytes_per_second = 1'000'000});
  const auto client = limited.connect();
  const StreamId stream = open_bytes(client);
  const std::vector<std::uint8_t> data(1'000'000, 0x62);
  for (int i = 0; i < 5; ++i) {
    std::size_t sent = 0;
    limited.world.run_until([&] {
      const auto taken =
          client.node->endpoint->send(client.session, stream, Bytes(data).subspan(sent));
      if (taken) sent += *taken;
      return sent == data.size();
    });
  }
  limited.world.run_until([&] { return limited.bytes() == 5'000'000; });
  REQUIRE(limited.bytes() == 5'000'000);
  CHECK(limited.server->count(EventKind::kRateLimited) <= 410);
}

TEST_CASE("messages cost their bytes too, and one larger than a second's worth goes into debt") {
  LimitedWorld limited({.bytes_per_second = 100'000});
  const auto client = limited.connect();
  const StreamId stream = open_messages(client);
  // The burst holds the largest message, 256 KiB.
  send_messages(client, stream, 1, 200'000);
  send_messages(client, stream, 1, 162'144);
  limited.world.run_until([&] { return limited.messages() == 2; });
  const std::vector<Instant> at = limited.message_times();
  REQUIRE(at.size() == 2);
  CHECK(at[1] - at[0] >= 900ms);
  CHECK(at[1] - at[0] <= 1000ms);
  CHECK(waits(limited, RateLimit::kSessionMessagesReceived) == 0);
  CHECK(waits(limited, RateLimit::kSessionBytesReceived) >= 1);
}

TEST_CASE("an empty message costs a message [RATE-6]") {
  LimitedWorld limited({.messages_per_second = 10});
  const auto client = limited.connect();
  send_messages(client, open_messages(client), 11, 0);
  limited.world.run_for(90ms);
  CHECK(limited.messages() == 10);
  limited.world.run_for(100ms);
  CHECK(limited.messages() == 11);
}

TEST_CASE("streams of a session take turns for its tokens") {
  LimitedWorld limited({.messages_per_second = 50});
  const auto client = limited.connect();
  std::vector<StreamId> streams;
  for (int i = 0; i < 5; ++i) streams.push_back(open_messages(client));
  for (const StreamId stream : streams) send_messages(client, stream, 200, 10);
  limited.world.run_for(3s);
  const std::size_t all = limited.messages();
  CHECK(all >= 195);
  CHECK(all <= 201);
  // The first second's worth went to whom came first; since then each has had its turn.
  for (const StreamId stream : streams) CHECK(limited.messages(stream) >= 29);
  for (const StreamId stream : streams) CHECK(limited.messages(stream) <= 81);
}

TEST_CASE("what a service sends waits for tokens and is never lost [RATE-5]") {
  LimitedWorld limited({.messages_per_second = 100});
  const auto client = limited.connect();
  const StreamId stream = open_messages(client);
  Endpoint& server = *limited.server->endpoint;
  const std::vector<std::uint8_t> message(100, 0x6d);
  std::vector<Instant> sent;
  limited.server->on_event = [&](const Event&) {
    while (sent.size() < 150) {
      const auto taken = server.send(client.served, stream, message);
      if (!taken) {
        CHECK(taken.error().code == LocalCode::kWouldBlock);
        return;
      }
      sent.push_back(limited.world.now());
    }
  };
  send_messages(client, stream, 1, 1);
  limited.world.run_until([&] { return sent.size() == 150; });
  REQUIRE(sent.size() == 150);
  CHECK(sent[99] == sent[0]);
  for (std::size_t i = 100; i < 150; ++i) {
    CHECK(sent[i] >= sent[0] + (i - 99) * 10ms);
    CHECK(sent[i] <= sent[0] + (i - 99) * 10ms + kTick);
  }
  int received = 0;
  limited.world.run_for(1s);
  while (true) {
    const auto view = client.node->endpoint->read(client.session, stream);
    if (!view || !view->message_end) break;
    ++received;
    REQUIRE(client.node->endpoint->consume(client.session, stream, view->data.size()));
  }
  CHECK(received == 150);
  CHECK(waits(limited, RateLimit::kSessionMessagesSent) == 50);
}

TEST_CASE("a byte stream is sent as far as tokens go [RATE-5]") {
  LimitedWorld limited({.bytes_per_second = 300'000});
  const auto client = limited.connect();
  const StreamId stream = open_bytes(client);
  REQUIRE(client.node->endpoint->send(client.session, stream, as_bytes("x")));
  limited.world.run_until([&] { return limited.bytes() == 1; });
  Endpoint& server = *limited.server->endpoint;
  const std::vector<std::uint8_t> data(400'000, 0x62);
  CHECK(server.send(client.served, stream, data) == 300'000u);
  CHECK_FALSE(server.send(client.served, stream, data));
  const auto writable = limited.server->count(EventKind::kWritable);
  limited.world.run_until([&] { return limited.server->count(EventKind::kWritable) > writable; });
  CHECK(server.send(client.served, stream, data).value_or(0) >= 3'000);
}

TEST_CASE("the two directions do not take each other's tokens") {
  LimitedWorld limited({.messages_per_second = 10});
  const auto client = limited.connect();
  const StreamId stream = open_messages(client);
  send_messages(client, stream, 10, 10);
  limited.world.run_until([&] { return limited.messages() == 10; });
  const std::vector<std::uint8_t> message(10, 0x6d);
  for (int i = 0; i < 10; ++i) {
    CHECK(limited.server->endpoint->send(client.served, stream, message));
  }
  CHECK_FALSE(limited.server->endpoint->send(client.served, stream, message));
}

TEST_CASE("heartbeats, acknowledgements and closes need no tokens [RATE-3]") {
  LimitedWorld limited({.messages_per_second = 1, .bytes_per_second = 1});
  const auto client = limited.connect();
  const StreamId stream = open_messages(client);
  // A hundred messages of a kilobyte at a byte a second: it will be a while.
  send_messages(client, stream, 100, 1000);
  limited.world.run_for(60s);
  CHECK(limited.messages() <= 60);
  // Everything was acknowledged, though most of it waits.
  CHECK(client.node->endpoint->info(client.session)->bytes_in_flight == 0);
  CHECK(client.node->endpoint->info(client.session)->heartbeats_answered > 5);
  REQUIRE(
      client.node->endpoint->close(limited.world.now(), client.session, CloseReason::kNormal, ""));
  limited.world.run_for(1s);
  CHECK(limited.server->count(EventKind::kClosed) == 1);
}

TEST_CASE("observing counts what would wait and lets it pass") {
  LimitedWorld limited({.messages_per_second = 100, .mode = LimitMode::kObserve});
  const auto client = limited.connect();
  send_messages(client, open_messages(client), 130, 10);
  limited.world.run_for(50ms);
  CHECK(limited.messages() == 130);
  const EndpointStats stats = limited.server->endpoint->stats();
  CHECK(waits(limited, RateLimit::kSessionMessagesReceived) == 0);
  const auto observed = stats.rate_limit_observed[0];
  CHECK(observed >= 25);
  CHECK(observed <= 30);
  CHECK(limited.server->saw(EventKind::kRateLimited));
  // What passed without tokens is no debt: a second later there are as many as ever.
  limited.world.run_for(1s);
  send_messages(client, StreamId(1), 100, 10);
  limited.world.run_for(50ms);
  CHECK(limited.messages() == 230);
  CHECK(limited.server->endpoint->stats().rate_limit_observed[0] == observed);
}

TEST_CASE("limits can change while sessions run") {
  LimitedWorld limited({.messages_per_second = 1});
  const auto client = limited.connect();
  send_messages(client, open_messages(client), 100, 10);
  limited.world.run_for(3s);
  CHECK(limited.messages() <= 4);
  Endpoint& server = *limited.server->endpoint;
  SECTION("higher ones act at once on those who wait") {
    const std::size_t before = limited.messages();
    REQUIRE(server.set_limits(limited.world.now(), {.messages_per_second = 1000}, nullptr));
    limited.world.run_for(50ms);
    CHECK(limited.messages() >= before + 48);
  }
  SECTION("off sets everybody free") {
    REQUIRE(server.set_limits(limited.world.now(), {}, nullptr));
    limited.world.run_for(1ms);
    CHECK(limited.messages() == 100);
  }
  SECTION("from off to on") {
    REQUIRE(server.set_limits(limited.world.now(), {}, nullptr));
    limited.world.run_for(1ms);
    REQUIRE(server.set_limits(limited.world.now(), {.messages_per_second = 10}, nullptr));
    send_messages(client, open_messages(client), 30, 10);
    limited.world.run_for(60ms);
    CHECK(limited.messages() == 110);
  }
  SECTION("not to something out of range") {
    CHECK_FALSE(
        server.set_limits(limited.world.now(), {.messages_per_second = 1'000'000'001}, nullptr));
  }
}

TEST_CASE("a stream that closes while it waits is forgotten") {
  LimitedWorld limited({.messages_per_second = 1});
  const auto client = limited.connect();
  const StreamId gone = open_messages(client);
  const StreamId stays = open_messages(client);
  send_messages(client, gone, 3, 10);
  limited.world.run_for(100ms);
  send_messages(client, stays, 2, 10);
  limited.world.run_for(100ms);
  REQUIRE(client.node->endpoint->reset(client.session, gone, 0));
  REQUIRE(client.node->endpoint->stop_sending(client.session, gone, 0));
  limited.server->on_event = [&, read = limited.server->on_event](const Event& event) {
    if (event.kind == EventKind::kStreamReset) {
      (void)limited.server->endpoint->reset(event.session, event.stream, 0);
    }
    read(event);
  };
  limited.world.run_until([&] { return limited.messages(stays) == 2; }, 5s);
  CHECK(limited.messages(stays) == 2);
}

TEST_CASE("a session's end leaves nobody waiting") {
  LimitedWorld limited({.messages_per_second = 1});
  const auto client = limited.connect();
  send_messages(client, open_messages(client), 5, 10);
  limited.world.run_for(100ms);
  REQUIRE(limited.server->endpoint->close(limited.world.now(), client.served, CloseReason::kNormal,
                                          ""));
  limited.world.run_for(20s);
  CHECK(limited.server->endpoint->record_count() == 0);
  CHECK(limited.messages() == 1);
  const auto next = limited.connect();
  send_messages(next, open_messages(next), 1, 10);
  limited.world.run_for(100ms);
  CHECK(limited.messages() == 2);
}
