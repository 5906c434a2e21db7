// SPDX-License-Identifier: MIT
//
// The global limits from end to end: real endpoints, as workers of one process, on virtual time.
#include <catch2/catch.hpp>
#include <thread>

#include "net/atomic_limiter.h"
#include "unit/endpoint/limited_world.h"

using namespace jetstream;
using namespace jetstream::testing;
using namespace std::chrono_literals;

namespace {

constexpr Duration kTick = 256us;

std::shared_ptr<net::AtomicLimiter> limiter(std::uint64_t messages, std::uint64_t bytes = 0,
                                            std::uint32_t leaseholders = 1) {
  // Worlds begin at 1000 s.
  return std::make_shared<net::AtomicLimiter>(
      net::AtomicLimiter::Options{.messages_per_second = messages,
                                  .bytes_per_second = bytes,
                                  .message_bytes_max = 256 * 1024,
                                  .leaseholders = leaseholders},
      Instant(1000s));
}

}  // namespace

TEST_CASE("sessions share the global limit [RATE-1]") {
  LimitedWorld limited({}, limiter(100));
  std::vector<LimitedWorld::Client> clients;
  for (int i = 0; i < 4; ++i) clients.push_back(limited.connect());
  for (const auto& client : clients) send_messages(client, open_messages(client), 100, 10);
  limited.world.run_for(1s);
  CHECK(limited.messages() >= 197);
  CHECK(limited.messages() <= 201);
  limited.world.run_for(3s);
  CHECK(limited.messages() == 400);
  CHECK(limited.server->endpoint->stats()
            .rate_limit_waits[static_cast<std::size_t>(RateLimit::kGlobalMessagesReceived)] >= 100);
  // The burst went to whom came first; none of the rest had to wait for another to be done.
  std::map<SessionHandle, Instant> last;
  for (const auto& one : limited.delivered) last[one.session] = one.at;
  last.erase(limited.delivered.front().session);
  for (const auto& [session, at] : last) CHECK(limited.delivered.back().at - at < 1s);
}

TEST_CASE("messages pass a global limit when there is a token, and no earlier") {
  LimitedWorld limited({}, limiter(100));
  const auto client = limited.connect();
  send_messages(client, open_messages(client), 110, 10);
  limited.world.run_until([&] { return limited.messages() == 110; });
  const std::vector<Instant> at = limited.message_times();
  REQUIRE(at.size() == 110);
  const Instant begin = at[0];
  for (std::size_t i = 100; i < 110; ++i) {
    CHECK(at[i] >= begin + (i - 100) * 10ms);
    CHECK(at[i] <= begin + (i - 99) * 10ms + kTick);
  }
}

TEST_CASE("a session's own limit is asked first and takes nothing of the global one [RATE-1]") {
  const auto shared = limiter(1000);
  LimitedWorld limited({.messages_per_second = 10}, shared);
  const auto client = limited.connect();
  send_messages(client, open_messages(client), 20, 10);
  limited.world.run_for(50ms);
  CHECK(limited.messages() == 10);
  limited.world.run_for(150ms);  // leases that lay idle are back
  const std::uint64_t left =
      shared->lease(limited.world.now(), RateLimit::kGlobalMessagesReceived, 10'000);
  CHECK(left >= 1000 - 125);
}

TEST_CASE("leases that lie idle for 100 ms are returned") {
  const auto shared = limiter(10);
  LimitedWorld limited({}, shared);
  const auto client = limited.connect();
  send_messages(client, open_messages(client), 1, 10);
  limited.world.run_until([&] { return limited.messages() == 1; });
  const Instant leased_at = limited.message_times()[0];
  limited.world.run_for(leased_at + 99ms - limited.world.now());
  const auto left = [&] {
    const auto there = shared->lease(leased_at, RateLimit::kGlobalMessagesReceived, 100);
    shared->give_back(RateLimit::kGlobalMessagesReceived, there);
    return there;
  };
  // A lease of this limit is one message, and it was spent.
  CHECK(left() == 9);
  // One of 1000 messages is 125.
  const auto larger = limiter(1000);
  REQUIRE(limited.server->endpoint->set_limits(limited.world.now(), {}, larger));
  send_messages(client, StreamId(1), 1, 10);
  limited.world.run_until([&] { return limited.messages() == 2; });
  const Instant again = limited.message_times()[1];
  const auto idle = [&] {
    const auto there = larger->lease(again, RateLimit::kGlobalMessagesReceived, 10'000);
    larger->give_back(RateLimit::kGlobalMessagesReceived, there);
    return there;
  };
  limited.world.run_for(again + 100ms - 1ns - limited.world.now());
  CHECK(idle() == 875);
  limited.world.run_for(1ns);
  CHECK(idle() == 999);
}

TEST_CASE("one worker's large message is not starved by another's small ones") {
  const auto shared = limiter(0, 100'000, 2);
  LimitedWorld small({}, shared);
  LimitedWorld large({}, shared);
  const auto one = small.connect();
  const auto other = large.connect();
  // Both worlds advance together, a millisecond at a time.
  const StreamId stream = open_messages(one);
  send_messages(other, open_messages(other), 1, 200'000);
  for (int i = 0; i < 8000 && large.messages() == 0; ++i) {
    (void)one.node->endpoint->send(one.session, stream, std::vector<std::uint8_t>(500));
    small.world.run_for(1ms);
    large.world.run_for(1ms);
  }
  CHECK(large.messages() == 1);
}

TEST_CASE("two workers together stay within the limit and their leases") {
  const auto shared = limiter(1000, 0, 2);
  LimitedWorld first({}, shared);
  LimitedWorld second({}, shared);
  const auto one = first.connect();
  const auto other = second.connect();
  const Instant begin = first.world.now();
  const StreamId stream_one = open_messages(one);
  const StreamId stream_other = open_messages(other);
  const std::vector<std::uint8_t> message(10, 0x6d);
  for (int ms = 0; ms < 5000; ++ms) {
    for (int i = 0; i < 3; ++i) {
      (void)one.node->endpoint->send(one.session, stream_one, message);
      (void)other.node->endpoint->send(other.session, stream_other, message);
    }
    first.world.run_for(1ms);
    second.world.run_for(1ms);
    const std::size_t sum = first.messages() + second.messages();
    // Since the start of the limiter, which was a little earlier.
    const auto elapsed = static_cast<std::uint64_t>((first.world.now() - Instant(1000s)) / 1ms);
    REQUIRE(sum <= 1000 + elapsed + 1);
  }
  const std::size_t sum = first.messages() + second.messages();
  CHECK(sum >= 1000 + 5000 - 125);
  CHECK(first.world.now() - begin >= 5s);
}

TEST_CASE("workers in threads of their own stay within the limit together [RATE-1, RATE-7]") {
  constexpr int kWorkers = 4;
  constexpr int kMilliseconds = 2000;
  constexpr std::uint64_t kPerSecond = 1000;
  const auto shared = limiter(kPerSecond, 0, kWorkers);
  std::vector<std::unique_ptr<LimitedWorld>> worlds;
  std::vector<LimitedWorld::Client> clients;
  std::vector<std::pair<StreamId, StreamId>> streams;  // one that waits, one that drops
  for (int i = 0; i < kWorkers; ++i) {
    clients.push_back(
        worlds.emplace_back(std::make_unique<LimitedWorld>(RateLimits{}, shared))->connect());
    const LimitedWorld::Client& client = clients.back();
    streams.emplace_back(open_messages(client),
                         client.node->endpoint
                             ->open_stream(client.session, {.service = {},
                                                            .framing = Framing::kMessages,
                                                            .delivery = Delivery::kBestEffort})
                             .value());
  }
  // Each has its own time, so one may be ahead of another; what there is in all is the same.
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < kWorkers; ++i) {
    threads.emplace_back([&, i] {
      Endpoint& endpoint = *clients[i].node->endpoint;
      const std::vector<std::uint8_t> message(10, 0x6d);
      for (int ms = 0; ms < kMilliseconds; ++ms) {
        (void)endpoint.send(clients[i].session, streams[i].first, message);
        (void)endpoint.send(clients[i].session, streams[i].second, message);
        worlds[i]->world.run_for(1ms);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::uint64_t passed = 0;
  std::uint64_t dropped = 0;
  Instant end{};
  for (const auto& world : worlds) {
    passed += world->messages();
    dropped += world->server->endpoint->stats()
                   .rate_limit_drops[static_cast<std::size_t>(RateLimit::kGlobalMessagesReceived)];
    end = std::max(end, world->world.now());
  }
  const auto elapsed = static_cast<std::uint64_t>((end - Instant(1000s)) / 1ms);
  CHECK(passed <= kPerSecond + elapsed * kPerSecond / 1000 + 1);
  CHECK(passed >= kPerSecond + (kMilliseconds - 125) * kPerSecond / 1000);
  CHECK(dropped > 0);
}
