// SPDX-License-Identifier: MIT
#include "base/token_bucket.h"

#include <catch2/catch.hpp>
#include <random>

using jetstream::Duration;
using jetstream::Instant;
using jetstream::kNever;
using jetstream::base::TokenBucket;
using jetstream::base::TokenRate;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t kAmountMax = (std::uint64_t{1} << 62) - 1;
constexpr Instant kStart = Instant(1h);

TokenRate a_second(std::uint64_t tokens) { return {.tokens = tokens, .burst = tokens}; }

__extension__ using Wide = __int128;

/// The same in the arithmetic of school: the level is a fraction with the period below the line.
class Model {
 public:
  explicit Model(const TokenRate& rate, Instant now) : rate_(rate), at_(now) { level_ = full(); }
  bool take(Instant now, std::uint64_t amount) {
    if (now > at_) {
      level_ = std::min(level_ + Wide((now - at_).count()) * Wide(rate_.tokens), full());
      at_ = now;
    }
    if (level_ < std::min(Wide(amount) * period(), full())) return false;
    level_ -= Wide(amount) * period();
    return true;
  }

 private:
  Wide period() const { return rate_.period.count(); }
  Wide full() const { return Wide(rate_.burst) * period(); }

  TokenRate rate_;
  Wide level_;
  Instant at_;
};

}  // namespace

TEST_CASE("a token bucket starts full and refuses what it does not hold") {
  TokenBucket bucket(a_second(100), kStart);
  CHECK(bucket.available(kStart) == 100);
  CHECK(bucket.check_and_consume(kStart, 60));
  CHECK_FALSE(bucket.check_and_consume(kStart, 41));
  CHECK(bucket.check_and_consume(kStart, 40));
  CHECK_FALSE(bucket.check_and_consume(kStart, 1));
  CHECK(bucket.check_and_consume(kStart, 0));
}

TEST_CASE("a token is there at its nanosecond and not before") {
  TokenBucket bucket({.tokens = 3, .burst = 3}, kStart);
  REQUIRE(bucket.check_and_consume(kStart, 3));
  // A third of a second is no whole number of nanoseconds.
  CHECK(bucket.ready_at(1) == kStart + 333'333'334ns);
  CHECK_FALSE(bucket.has(kStart + 333'333'333ns, 1));
  CHECK(bucket.check_and_consume(kStart + 333'333'334ns, 1));
  CHECK(bucket.ready_at(1) == kStart + 666'666'667ns);
  CHECK(bucket.ready_at(2) == kStart + 1s);
  CHECK_FALSE(bucket.has(kStart + 1s - 1ns, 2));
  CHECK(bucket.check_and_consume(kStart + 1s, 2));
  CHECK(bucket.available(kStart + 1s) == 0);
}

TEST_CASE("a token bucket holds no more than its burst") {
  TokenBucket bucket({.tokens = 10, .burst = 25}, kStart);
  REQUIRE(bucket.check_and_consume(kStart, 25));
  CHECK(bucket.available(kStart + 2s + 500ms - 1ns) == 24);
  CHECK(bucket.available(kStart + 2s + 500ms) == 25);
  CHECK(bucket.available(kStart + 24h) == 25);
  // The fraction of a token that came while it was full is lost too.
  REQUIRE(bucket.check_and_consume(kStart + 24h + 99ms, 25));
  CHECK(bucket.ready_at(1) == kStart + 24h + 199ms);
}

TEST_CASE("a full token bucket lets one larger amount through and pays it off") {
  TokenBucket bucket({.tokens = 10, .burst = 10}, kStart);
  REQUIRE(bucket.check_and_consume(kStart, 1));
  CHECK_FALSE(bucket.check_and_consume(kStart, 30));  // not full
  CHECK(bucket.ready_at(30) == kStart + 100ms);
  REQUIRE(bucket.check_and_consume(kStart + 100ms, 30));
  CHECK(bucket.available(kStart + 100ms) == 0);
  CHECK_FALSE(bucket.check_and_consume(kStart + 100ms, 0));
  CHECK(bucket.ready_at(0) == kStart + 2100ms);
  CHECK(bucket.ready_at(1) == kStart + 2200ms);
  CHECK_FALSE(bucket.check_and_consume(kStart + 2200ms - 1ns, 1));
  CHECK(bucket.check_and_consume(kStart + 2200ms, 1));
}

TEST_CASE("a token bucket can be charged whatever it holds") {
  TokenBucket bucket(a_second(10), kStart);
  bucket.charge(kStart, 4);
  CHECK(bucket.available(kStart) == 6);
  bucket.charge(kStart, 26);
  CHECK(bucket.available(kStart) == 0);
  CHECK(bucket.ready_at(1) == kStart + 2100ms);
  bucket.charge(kStart + 1s, UINT64_MAX);
  bucket.charge(kStart + 1s, UINT64_MAX);
  bucket.give_back(UINT64_MAX);
  CHECK(bucket.available(kStart + 1s) == 0);
  CHECK(bucket.available(kStart + 1s + 100ms) == 1);
}

TEST_CASE("a token bucket does not mind a clock that goes backwards") {
  TokenBucket bucket(a_second(100), kStart);
  REQUIRE(bucket.check_and_consume(kStart + 1s, 100));
  CHECK_FALSE(bucket.check_and_consume(kStart, 1));
  CHECK_FALSE(bucket.check_and_consume(kStart + 1s, 1));
  CHECK(bucket.check_and_consume(kStart + 1010ms, 1));
  CHECK_FALSE(bucket.check_and_consume(kStart + 1010ms, 1));
}

TEST_CASE("a token bucket keeps its fractions however long it runs") {
  // 7 tokens in 11 ns: asked every nanosecond for a while, then after a year, it has given exactly
  // floor(7 t / 11).
  TokenBucket bucket({.tokens = 7, .period = 11ns, .burst = kAmountMax}, kStart);
  REQUIRE(bucket.consume_up_to(kStart, kAmountMax) == kAmountMax);
  std::uint64_t given = 0;
  for (int i = 1; i <= 10'000; ++i) {
    given += bucket.consume_up_to(kStart + i * 1ns, 1'000);
    REQUIRE(given == static_cast<std::uint64_t>(i) * 7 / 11);
  }
  const Duration year = 8760h;
  given += bucket.consume_up_to(kStart + year, kAmountMax);
  CHECK(given == static_cast<std::uint64_t>(year.count()) / 11 * 7 +
                     static_cast<std::uint64_t>(year.count()) % 11 * 7 / 11);
}

TEST_CASE("a token bucket saturates at the ends of its numbers") {
  SECTION("all of time passes") {
    TokenBucket bucket({.tokens = 1, .period = 24h, .burst = kAmountMax}, Instant::min());
    REQUIRE(bucket.check_and_consume(Instant::min(), kAmountMax));
    CHECK(bucket.ready_at(kAmountMax) == kNever);
    CHECK(bucket.available(Instant::max()) == UINT64_MAX / 86'400'000'000'000);
  }
  SECTION("the fastest rate") {
    const TokenRate fastest = {.tokens = 18'446'744'072, .burst = 1};
    REQUIRE(fastest.valid());
    TokenBucket bucket(fastest, Instant::min());
    REQUIRE(bucket.check_and_consume(Instant::min(), 1));
    CHECK(bucket.available(Instant::min() + 1ns) == 1);
    CHECK(bucket.available(Instant::max()) == 1);
  }
  SECTION("the largest burst") {
    TokenBucket bucket({.tokens = 1, .burst = kAmountMax}, kStart);
    bucket.give_back(UINT64_MAX);
    CHECK(bucket.available(kStart) == kAmountMax);
  }
  SECTION("the largest debt") {
    TokenBucket bucket({.tokens = 1, .burst = 1}, kStart);
    REQUIRE(bucket.check_and_consume(kStart, UINT64_MAX));
    CHECK(bucket.ready_at(UINT64_MAX) == kNever);
    bucket.give_back(UINT64_MAX);
    CHECK(bucket.available(kStart) == 1);
  }
}

TEST_CASE("a token rate says what can't be counted") {
  CHECK(TokenRate{}.valid());
  CHECK(TokenRate{}.is_off());
  CHECK(a_second(1).valid());
  CHECK_FALSE(TokenRate{.tokens = 1, .burst = 0}.valid());
  CHECK(TokenRate{.tokens = 1, .burst = kAmountMax}.valid());
  CHECK_FALSE(TokenRate{.tokens = 1, .burst = kAmountMax + 1}.valid());
  CHECK_FALSE(TokenRate{.tokens = 1, .period = 0s, .burst = 1}.valid());
  CHECK_FALSE(TokenRate{.tokens = 1, .period = -1s, .burst = 1}.valid());
  CHECK_FALSE(TokenRate{.tokens = 18'446'744'073, .burst = 1}.valid());
}

TEST_CASE("a token bucket that is off lets everything through") {
  TokenBucket bucket({}, kStart);
  for (int i = 0; i < 3; ++i) CHECK(bucket.check_and_consume(kStart, UINT64_MAX));
  CHECK(bucket.available(kStart) == UINT64_MAX);
  CHECK(bucket.consume_up_to(kStart, 5) == 5);
  CHECK(bucket.ready_at(UINT64_MAX) == kStart);
  bucket.give_back(UINT64_MAX);
}

TEST_CASE("tokens can be given back, up to the burst") {
  TokenBucket bucket(a_second(100), kStart);
  REQUIRE(bucket.consume_up_to(kStart, 70) == 70);
  REQUIRE(bucket.consume_up_to(kStart, 70) == 30);
  bucket.give_back(40);
  CHECK(bucket.available(kStart) == 40);
  bucket.give_back(61);
  CHECK(bucket.available(kStart) == 100);
}

TEST_CASE("the rate of a token bucket can change while it runs") {
  TokenBucket bucket(a_second(100), kStart);
  REQUIRE(bucket.check_and_consume(kStart, 90));
  SECTION("a larger burst is not filled at once") {
    bucket.set_rate(kStart + 100ms, a_second(1000));
    CHECK(bucket.available(kStart + 100ms) == 20);
    CHECK(bucket.available(kStart + 101ms) == 21);
  }
  SECTION("a smaller burst cuts what is there") {
    bucket.set_rate(kStart, a_second(5));
    CHECK(bucket.available(kStart) == 5);
  }
  SECTION("the same rate changes nothing") {
    REQUIRE(bucket.available(kStart + 15ms) == 11);
    bucket.set_rate(kStart + 15ms, a_second(100));
    CHECK(bucket.available(kStart + 20ms) == 12);
  }
  SECTION("debt stays") {
    REQUIRE(bucket.check_and_consume(kStart + 1s, 200));
    bucket.set_rate(kStart + 1s, a_second(10));
    CHECK(bucket.ready_at(1) == kStart + 11s + 100ms);
  }
  SECTION("off and on again") {
    bucket.set_rate(kStart, {});
    CHECK(bucket.check_and_consume(kStart, 1'000'000));
    bucket.set_rate(kStart, a_second(7));
    CHECK(bucket.available(kStart) == 7);
  }
}

TEST_CASE("a token bucket agrees with exact fractions") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    const auto up_to = [&random](std::uint64_t most) { return random() % (most + 1); };
    TokenRate rate;
    rate.period = Duration(static_cast<std::int64_t>(1 + up_to(std::uint64_t{1} << up_to(40))));
    rate.tokens = 1 + up_to(std::min<std::uint64_t>(
                          std::uint64_t{1} << up_to(30),
                          UINT64_MAX / static_cast<std::uint64_t>(rate.period.count()) - 2));
    rate.burst = 1 + up_to(std::uint64_t{1} << up_to(32));
    REQUIRE(rate.valid());
    TokenBucket bucket(rate, kStart);
    Model model(rate, kStart);
    Instant now = kStart;
    Wide admitted = 0;
    std::uint64_t largest = 0;
    for (int i = 0; i < 500; ++i) {
      const std::uint64_t amount = up_to(std::uint64_t{1} << up_to(34));
      if (up_to(9) == 0) {
        const Instant ready = bucket.ready_at(amount);
        if (ready > now && ready != kNever) {
          CHECK_FALSE(bucket.has(ready - 1ns, amount));
          CHECK(bucket.has(ready, amount));
          now = ready;
        }
      } else {
        now += Duration(static_cast<std::int64_t>(up_to(std::uint64_t{1} << up_to(45))));
      }
      const bool taken = bucket.check_and_consume(now, amount);
      REQUIRE(taken == model.take(now, amount));
      if (!taken) continue;
      admitted += amount;
      if (amount > rate.burst) largest = std::max(largest, amount - rate.burst);
      const Wide period = rate.period.count();
      REQUIRE((admitted - Wide(rate.burst) - Wide(largest)) * period <=
              Wide((now - kStart).count()) * Wide(rate.tokens));
    }
  }
}
