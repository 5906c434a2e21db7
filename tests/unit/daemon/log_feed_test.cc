// SPDX-License-Identifier: MIT
#include "daemon/log/log_feed.h"

#include <poll.h>

#include <catch2/catch.hpp>
#include <thread>

namespace jetstream::daemon {
namespace {

bool is_readable(const LogFeed& feed) {
  pollfd waited{feed.descriptor(), POLLIN, 0};
  return ::poll(&waited, 1, 0) == 1;
}

/// Pushes until there is no room; how many there were.
std::size_t fill(LogFeed& feed, EventClass event_class) {
  std::size_t count = 0;
  for (; feed.has_room(event_class); ++count) {
    feed.push(event_class, {LogEvent::kDaemonReady, {}, {}});
  }
  return count;
}

}  // namespace

TEST_CASE("A queue gives back what it got, in order, round after round") {
  BoundedQueue<int> queue(4);
  int in = 0;
  int out = 0;
  for (int round = 0; round < 10; ++round) {
    for (int i = 0; i < 4; ++i) {
      int value = in;
      REQUIRE(queue.try_push(value));
      ++in;
    }
    int fifth = 99;
    CHECK_FALSE(queue.try_push(fifth));
    CHECK(fifth == 99);
    CHECK(queue.size_about() == 4);
    for (int i = 0; i < (round % 2 == 0 ? 4 : 3); ++i) CHECK(queue.try_pop() == out++);
    while (const auto rest = queue.try_pop()) CHECK(*rest == out++);
  }
  CHECK_FALSE(queue.try_pop());
}

TEST_CASE("Nothing is lost or twice in a queue between threads, and each thread's order stays") {
  constexpr std::size_t kThreads = 4;
  constexpr std::uint64_t kEach = 20'000;
  BoundedQueue<std::uint64_t> queue(64);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&queue, t] {
      for (std::uint64_t i = 0; i < kEach; ++i) {
        std::uint64_t value = t * kEach + i;
        while (!queue.try_push(value)) std::this_thread::yield();
      }
    });
  }
  std::array<std::uint64_t, kThreads> next{};
  for (std::uint64_t taken = 0; taken < kThreads * kEach;) {
    const auto value = queue.try_pop();
    if (!value) {
      std::this_thread::yield();
      continue;
    }
    ++taken;
    std::uint64_t& wanted = next[*value / kEach];
    REQUIRE(*value % kEach == wanted);
    ++wanted;
  }
  for (std::thread& thread : threads) thread.join();
  CHECK_FALSE(queue.try_pop());
}

TEST_CASE("A feed wakes its reader once for all that is there") {
  LogFeed feed;
  CHECK_FALSE(is_readable(feed));
  feed.push(EventClass::kDaemon, {LogEvent::kDaemonReady, {}, {}});
  feed.push(EventClass::kDaemon, {LogEvent::kDaemonStopping, {}, {}});
  REQUIRE(is_readable(feed));
  feed.acknowledge();
  CHECK_FALSE(is_readable(feed));
  CHECK(feed.pop()->event == LogEvent::kDaemonReady);
  CHECK(feed.pop()->event == LogEvent::kDaemonStopping);
  CHECK_FALSE(feed.pop());
  feed.push(EventClass::kDaemon, {LogEvent::kDaemonReady, {}, {}});
  CHECK(is_readable(feed));
}

TEST_CASE("Whatever clients cause, there is room for what operators do") {
  LogFeed feed;
  const std::size_t details = fill(feed, EventClass::kDetail);
  CHECK(details > 1000);
  CHECK(feed.take_lost(EventClass::kDetail) == 1);
  CHECK(feed.take_lost(EventClass::kDetail) == 0);
  const std::size_t sessions = fill(feed, EventClass::kSession);
  CHECK(sessions > 0);
  CHECK(fill(feed, EventClass::kDaemon) > 0);
  CHECK(fill(feed, EventClass::kAudit) > 0);
  CHECK(feed.take_lost(EventClass::kSession) == 1);
  // Past the last one it is counted too, even by who did not look first.
  feed.push(EventClass::kAudit, {LogEvent::kAdminCommand, {}, {}});
  CHECK(feed.take_lost(EventClass::kAudit) == 2);
}

TEST_CASE("Threads push while the reader reads, and what is not there was counted") {
  constexpr std::size_t kThreads = 3;
  constexpr std::uint64_t kEach = 20'000;
  LogFeed feed;
  std::atomic<std::size_t> running = kThreads;
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (std::uint64_t i = 0; i < kEach; ++i) {
        if (feed.has_room(EventClass::kSession)) {
          feed.push(EventClass::kSession,
                    {LogEvent::kSessionClosed, {}, {{"reason", std::string("normal")}}});
        }
      }
      --running;
    });
  }
  std::uint64_t taken = 0;
  for (bool last = false; !last;) {
    last = running == 0;
    pollfd waited{feed.descriptor(), POLLIN, 0};
    if (::poll(&waited, 1, last ? 0 : 10) == 1) feed.acknowledge();
    while (feed.pop()) ++taken;
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(taken + feed.take_lost(EventClass::kSession) == kThreads * kEach);
}

}  // namespace jetstream::daemon
