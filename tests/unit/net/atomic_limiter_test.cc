// SPDX-License-Identifier: MIT
#include "net/atomic_limiter.h"

#include <catch2/catch.hpp>
#include <random>
#include <thread>
#include <vector>

using namespace jetstream;
using namespace std::chrono_literals;
using net::AtomicLimiter;

namespace {

constexpr Instant kStart = Instant(1h);
constexpr RateLimit kLimit = RateLimit::kGlobalMessagesReceived;

AtomicLimiter::Options messages(std::uint64_t per_second, std::uint32_t leaseholders = 1) {
  return {.messages_per_second = per_second, .leaseholders = leaseholders};
}

}  // namespace

TEST_CASE("a shared limiter starts full and comes back at its rate, to the nanosecond") {
  AtomicLimiter limiter(messages(3), kStart);
  CHECK(limiter.lease(kStart, kLimit, 100) == 3);
  CHECK(limiter.lease(kStart, kLimit, 100) == 0);
  CHECK(limiter.ready_at(kLimit, 1) == kStart + 333'333'334ns);
  CHECK(limiter.lease(kStart + 333'333'333ns, kLimit, 100) == 0);
  CHECK(limiter.lease(kStart + 333'333'334ns, kLimit, 100) == 1);
  CHECK(limiter.ready_at(kLimit, 2) == kStart + 1s);
  CHECK(limiter.lease(kStart + 1s - 1ns, kLimit, 100) == 1);
  CHECK(limiter.lease(kStart + 1s, kLimit, 100) == 1);
  // Full after a second without anybody, and no more than full after a year.
  CHECK(limiter.lease(kStart + 8760h, kLimit, 100) == 3);
}

TEST_CASE("what was leased and not needed comes back") {
  AtomicLimiter limiter(messages(100), kStart);
  REQUIRE(limiter.lease(kStart, kLimit, 70) == 70);
  limiter.give_back(kLimit, 20);
  CHECK(limiter.lease(kStart, kLimit, 100) == 50);
  limiter.give_back(kLimit, 50);
  // A full bucket holds no more.
  CHECK(limiter.lease(kStart + 10s, kLimit, 1000) == 100);
}

TEST_CASE("the four limits of a shared limiter don't touch each other") {
  AtomicLimiter limiter({.messages_per_second = 10,
                         .bytes_per_second = 1000,
                         .message_bytes_max = 5000,
                         .leaseholders = 2},
                        kStart);
  CHECK(limiter.shape(RateLimit::kGlobalMessagesSent).burst == 10);
  CHECK(limiter.shape(RateLimit::kGlobalMessagesSent).lease == 1);
  CHECK(limiter.shape(RateLimit::kGlobalBytesSent).burst == 5000);
  CHECK(limiter.shape(RateLimit::kGlobalBytesSent).lease == 1000 / 16);
  for (const RateLimit limit :
       {RateLimit::kGlobalMessagesReceived, RateLimit::kGlobalMessagesSent}) {
    CHECK(limiter.lease(kStart, limit, 10000) == 10);
  }
  for (const RateLimit limit : {RateLimit::kGlobalBytesReceived, RateLimit::kGlobalBytesSent}) {
    CHECK(limiter.lease(kStart, limit, 10000) == 5000);
  }
  CHECK(AtomicLimiter(messages(0), kStart).shape(kLimit).per_second == 0);
}

TEST_CASE("workers whose clocks are a little behind get no more for it") {
  AtomicLimiter limiter(messages(1000), kStart);
  std::mt19937_64 random(1);
  std::uint64_t leased = 0;
  std::uint64_t returned = 0;
  Instant latest = kStart;
  for (int i = 0; i < 100'000; ++i) {
    const Instant now = kStart + i * 20us - std::chrono::microseconds(random() % 300);
    latest = std::max(latest, now);
    leased += limiter.lease(now, kLimit, random() % 50);
    if (random() % 8 == 0) {
      const std::uint64_t back = std::min(leased - returned, random() % 5);
      limiter.give_back(kLimit, back);
      returned += back;
    }
    const auto elapsed = static_cast<std::uint64_t>((latest - kStart) / 1us);
    REQUIRE(leased - returned <= 1000 + elapsed / 1000);
  }
  // And no less: asked all the time, all of it is given.
  CHECK(leased - returned >= 1000 + 2000 - 50);
}

TEST_CASE("threads never lease more than there is") {
  constexpr std::uint64_t kRate = 1'000'000;
  AtomicLimiter limiter(messages(kRate, 4), kStart);
  std::atomic<std::int64_t> now{0};
  // Emptied first, since what comes to a full bucket is lost.
  std::atomic<std::uint64_t> kept{limiter.lease(kStart, kLimit, kRate)};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      std::mt19937_64 random(static_cast<std::uint64_t>(t));
      std::uint64_t mine = 0;
      for (int i = 0; i < 20'000; ++i) {
        // Together they move time by 80 ms.
        const Instant then = kStart + Duration(now.fetch_add(1000) + 1000);
        const std::uint64_t leased = limiter.lease(then, kLimit, random() % 100);
        const std::uint64_t back = random() % (leased + 1);
        limiter.give_back(kLimit, back);
        mine += leased - back;
      }
      kept += mine;
    });
  }
  for (std::thread& thread : threads) thread.join();
  const Instant end = kStart + Duration(now.load());
  const std::uint64_t come = kRate + kRate * 80 / 1000;
  REQUIRE(kept <= come);
  // What nobody kept is there.
  CHECK(limiter.lease(end, kLimit, 2 * come) == come - kept);
}
