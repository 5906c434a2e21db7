// SPDX-License-Identifier: MIT
#include "endpoint/strike_register.h"

#include <catch2/catch.hpp>
#include <thread>

#include "unit/endpoint/lone_endpoint.h"

using namespace jetstream;
using namespace jetstream::endpoint;
using namespace jetstream::testing;
using namespace std::chrono_literals;
using Verdict = ReplayStore::Verdict;

namespace {

ReplayStore::Key key_of(std::uint32_t number) {
  ReplayStore::Key key{};
  base::ByteWriter(key).write_u32(number);
  return key;
}

/// The beginning of a generation.
constexpr Instant kBegin{1000s};

}  // namespace

TEST_CASE("a key is fresh once [RES-14]") {
  SeededRandom random(1);
  StrikeRegister strikes(random);
  CHECK(strikes.strike(kBegin, key_of(1)) == Verdict::kFresh);
  CHECK(strikes.strike(kBegin, key_of(1)) == Verdict::kSeen);
  CHECK(strikes.strike(kBegin, key_of(2)) == Verdict::kFresh);
  CHECK(strikes.strike(kBegin + 9s, key_of(1)) == Verdict::kSeen);
}

TEST_CASE("a key is remembered for 10 s at least and 20 s at most") {
  SeededRandom random(1);
  StrikeRegister strikes(random);
  CHECK(strikes.strike(kBegin, key_of(1)) == Verdict::kFresh);
  CHECK(strikes.strike(kBegin + 10s - 1ns, key_of(2)) == Verdict::kFresh);
  CHECK(strikes.strike(kBegin + 20s - 1ns, key_of(1)) == Verdict::kSeen);
  CHECK(strikes.strike(kBegin + 20s - 1ns, key_of(2)) == Verdict::kSeen);
  CHECK(strikes.strike(kBegin + 20s, key_of(1)) == Verdict::kFresh);
}

TEST_CASE("a thread whose clock is a little behind sees the same") {
  SeededRandom random(1);
  StrikeRegister strikes(random);
  CHECK(strikes.strike(kBegin, key_of(1)) == Verdict::kFresh);
  CHECK(strikes.strike(kBegin - 1ms, key_of(1)) == Verdict::kSeen);
}

TEST_CASE("a full register refuses and forgets nobody") {
  SeededRandom random(1);
  constexpr std::size_t kEntries = StrikeRegister::kProbes;
  StrikeRegister strikes(random, kEntries);
  for (std::uint32_t i = 0; i < kEntries; ++i) {
    CHECK(strikes.strike(kBegin, key_of(i)) == Verdict::kFresh);
  }
  CHECK(strikes.strike(kBegin, key_of(100)) == Verdict::kFull);
  CHECK(strikes.strike(kBegin + 19s, key_of(100)) == Verdict::kFull);
  for (std::uint32_t i = 0; i < kEntries; ++i) {
    CHECK(strikes.strike(kBegin + 19s, key_of(i)) == Verdict::kSeen);
  }
  CHECK(strikes.strike(kBegin + 20s, key_of(100)) == Verdict::kFresh);
}

TEST_CASE("of threads that strike the same keys only one finds each fresh") {
  SeededRandom random(1);
  StrikeRegister strikes(random);
  constexpr std::uint32_t kKeys = 20000;
  std::vector<std::atomic<int>> taken(kKeys);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (std::uint32_t i = 0; i < kKeys; ++i) {
        // Around the turn of a generation, where threads judge entries differently.
        const Instant now = kBegin + (i % 2 == t % 2 ? -1ns : 0ns);
        if (strikes.strike(now, key_of(i)) == Verdict::kFresh) ++taken[i];
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  int total = 0;
  for (const auto& count : taken) {
    CHECK(count <= 1);
    total += count;
  }
  CHECK(total > static_cast<int>(kKeys) * 9 / 10);
}
