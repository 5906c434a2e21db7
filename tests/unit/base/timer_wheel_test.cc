// SPDX-License-Identifier: MIT
#include "base/timer_wheel.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <random>

using jetstream::Duration;
using jetstream::Instant;
using jetstream::kNever;
using jetstream::base::TimerWheel;
using namespace std::chrono_literals;

namespace {

constexpr Instant kStart{1'000'000'007ns};

std::vector<std::uint32_t> poll(TimerWheel& wheel, Instant now) {
  std::vector<std::uint32_t> expired;
  wheel.poll(now, expired);
  return expired;
}

using Indices = std::vector<std::uint32_t>;

}  // namespace

TEST_CASE("a timer fires at its tick and not a nanosecond before") {
  const auto wait = GENERATE(as<Duration>{}, 1ns, 256us, 257us, 65'535us, 65'536us, 65'537us, 17s,
                             2h, 15 * 24h, 40 * 24h);
  TimerWheel wheel(kStart);
  wheel.arm(7, kStart + wait);
  const Duration rounded = (wait + TimerWheel::kTick - 1ns) / TimerWheel::kTick * TimerWheel::kTick;
  CHECK(poll(wheel, kStart + rounded - 1ns).empty());
  CHECK(wheel.armed(7));
  CHECK(wheel.next() <= kStart + rounded);
  CHECK(poll(wheel, kStart + rounded) == Indices{7});
  CHECK_FALSE(wheel.armed(7));
  CHECK(wheel.next() == kNever);
}

TEST_CASE("a timer less than 65 ms away is announced exactly") {
  TimerWheel wheel(kStart);
  wheel.arm(1, kStart + 1ns);
  CHECK(wheel.next() == kStart + 256us);
  wheel.arm(1, kStart + 512us);
  CHECK(wheel.next() == kStart + 512us);
  wheel.disarm(1);
  poll(wheel, kStart + 10 * 256ms);
  wheel.arm(1, kStart + 10 * 256ms + 50ms);
  CHECK(wheel.next() == kStart + 10 * 256ms + 196 * 256us);
}

TEST_CASE("a deadline that has passed is due at once") {
  TimerWheel wheel(kStart);
  CHECK(poll(wheel, kStart + 10s).empty());
  wheel.arm(3, kStart + 1s);
  wheel.arm(4, kStart - 1s);
  CHECK(wheel.next() <= kStart + 10s);
  Indices expired = poll(wheel, kStart + 10s);
  std::sort(expired.begin(), expired.end());
  CHECK(expired == Indices{3, 4});
}

TEST_CASE("a timer can be moved and taken back") {
  TimerWheel wheel(kStart);
  wheel.arm(0, kStart + 1ms);
  wheel.arm(1, kStart + 1ms);
  wheel.arm(2, kStart + 1ms);
  wheel.arm(1, kStart + 5s);
  wheel.disarm(2);
  wheel.disarm(2);
  wheel.disarm(99);
  CHECK(poll(wheel, kStart + 2ms) == Indices{0});
  wheel.arm(1, kNever);
  CHECK_FALSE(wheel.armed(1));
  CHECK(wheel.next() == kNever);
  CHECK(poll(wheel, kStart + 10s).empty());
}

TEST_CASE("timers fire in the order of their ticks") {
  TimerWheel wheel(kStart);
  const std::vector<Duration> waits{20s, 1ms, 70ms, 3h, 300us, 64ms};
  for (std::uint32_t i = 0; i < waits.size(); ++i) wheel.arm(i, kStart + waits[i]);
  CHECK(poll(wheel, kStart + 4h) == Indices{4, 1, 5, 2, 0, 3});
}

TEST_CASE("polling at next() reaches every deadline with few wake-ups") {
  TimerWheel wheel(kStart);
  Instant deadline = kStart + 40 * 24h + 123'456'789ns;
  wheel.arm(5, deadline);
  int polls = 0;
  Indices expired;
  Instant now = kStart;
  while (expired.empty()) {
    REQUIRE(++polls <= 8);
    REQUIRE(wheel.next() >= now);
    now = wheel.next();
    wheel.poll(now, expired);
  }
  CHECK(now >= deadline);
  CHECK(now < deadline + TimerWheel::kTick);
}

TEST_CASE("a timer wheel behaves like a sorted list of deadlines") {
  std::mt19937_64 random(GENERATE(range(0U, 16U)));
  TimerWheel wheel(kStart);
  std::map<std::uint32_t, std::int64_t> model;  // Index to tick.
  Instant now = kStart;
  // Some runs stay within the first level, others cross all of them.
  const std::uint64_t reach = std::uint64_t{1} << (10 + random() % 44);
  auto tick_of = [](Instant at) {
    return at <= kStart ? 0 : (at - kStart + TimerWheel::kTick - 1ns) / TimerWheel::kTick;
  };
  for (int step = 0; step < 5000; ++step) {
    auto index = static_cast<std::uint32_t>(random() % 50);
    if (random() % 4 == 0) {
      wheel.disarm(index);
      model.erase(index);
    } else {
      Instant deadline = now + Duration(static_cast<std::int64_t>(random() % reach)) -
                         Duration(static_cast<std::int64_t>(random() % (reach / 8)));
      wheel.arm(index, deadline);
      model[index] = tick_of(deadline);
    }
    REQUIRE(wheel.armed(index) == model.contains(index));
    Instant next = wheel.next();
    REQUIRE((next == kNever) == model.empty());
    for (const auto& [each, tick] : model) {
      REQUIRE((next <= kStart + tick * TimerWheel::kTick || next <= now));
    }
    if (random() % 3 != 0) continue;
    now = random() % 4 == 0 && !model.empty()
              ? std::max(now, next)
              : now + Duration(static_cast<std::int64_t>(random() % (reach / 4)));
    Indices expired = poll(wheel, now);
    for (std::uint32_t each : expired) {
      REQUIRE(model.contains(each));
      REQUIRE(kStart + model[each] * TimerWheel::kTick <= now);
      model.erase(each);
    }
    for (const auto& [each, tick] : model) REQUIRE(kStart + tick * TimerWheel::kTick > now);
  }
}
