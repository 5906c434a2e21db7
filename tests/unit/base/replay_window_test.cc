// SPDX-License-Identifier: MIT
#include "base/replay_window.h"

#include <catch2/catch.hpp>
#include <random>
#include <set>

using jetstream::base::ReplayWindow;

TEST_CASE("a replay window has seen exactly what was marked") {
  ReplayWindow window;
  CHECK_FALSE(window.seen(0));
  window.mark(0);
  CHECK(window.seen(0));
  CHECK_FALSE(window.seen(1));
  window.mark(2);
  CHECK_FALSE(window.seen(1));
  window.mark(1);
  CHECK(window.seen(1));
  CHECK_FALSE(window.seen(3));
}

TEST_CASE("numbers below the replay window count as seen, its lowest does not") {
  ReplayWindow window;
  window.mark(10'000);
  CHECK_FALSE(window.seen(10'000 - ReplayWindow::kHotBits + 1));
  CHECK(window.seen(10'000 - ReplayWindow::kHotBits));
  window.mark(5);
  CHECK_FALSE(window.seen(9'999));
}

TEST_CASE("a replay window allocates only when a gap grows old") {
  ReplayWindow window;
  for (std::uint64_t n = 0; n < 1000; ++n) window.mark(n);
  CHECK(window.allocated_bytes() == 0);
  // 1000 stays out; it is the lowest of the small window when 1127 comes.
  for (std::uint64_t n = 1001; n < 1000 + ReplayWindow::kIdleBits; ++n) window.mark(n);
  CHECK(window.allocated_bytes() == 0);
  CHECK_FALSE(window.seen(1000));
  window.mark(1000 + ReplayWindow::kIdleBits);
  CHECK(window.allocated_bytes() == ReplayWindow::kHotBits / 8);
  CHECK_FALSE(window.seen(1000));
  CHECK(window.seen(999));
}

TEST_CASE("a jump just beyond the small replay window leaves what it skips unseen") {
  const std::uint64_t jump = GENERATE(127U, 128U, 129U, 130U, 4096U);
  ReplayWindow window;
  for (std::uint64_t n = 0; n < 1000; ++n) window.mark(n);
  window.mark(999 + jump);
  CHECK(window.seen(999));
  CHECK_FALSE(window.seen(1000));
  CHECK_FALSE(window.seen(998 + jump));
  CHECK(window.seen(999 + jump));
}

TEST_CASE("a shrunken replay window keeps the newest numbers and forgets older gaps") {
  ReplayWindow window;
  window.mark(0);
  window.mark(1000);
  window.mark(990);
  REQUIRE(window.allocated_bytes() > 0);
  window.shrink();
  CHECK(window.allocated_bytes() == 0);
  CHECK(window.seen(1000));
  CHECK(window.seen(990));
  CHECK_FALSE(window.seen(999));
  CHECK_FALSE(window.seen(1001 - ReplayWindow::kIdleBits));
  CHECK(window.seen(1000 - ReplayWindow::kIdleBits));
  window.mark(999);
  CHECK(window.seen(999));
}

TEST_CASE("a replay window behaves like a set of numbers above its lower edge") {
  std::mt19937_64 random(GENERATE(range(0U, 12U)));
  ReplayWindow window;
  std::set<std::uint64_t> model;
  std::uint64_t largest = 0;
  std::uint64_t edge = 0;  // Below it everything counts as seen.
  window.mark(0);
  model.insert(0);
  // From nearly in order to wild, with jumps beyond the whole window.
  const std::uint64_t spread = std::uint64_t{1} << random() % 14;
  for (int step = 0; step < 20'000; ++step) {
    std::uint64_t number = largest + random() % (spread + 1) - std::min(largest, random() % spread);
    if (random() % 64 == 0) number = largest + 1;
    bool expected = number < edge || model.contains(number);
    REQUIRE(window.seen(number) == expected);
    window.mark(number);
    REQUIRE(window.seen(number));
    model.insert(number);
    largest = std::max(largest, number);
    if (largest >= ReplayWindow::kHotBits) {
      edge = std::max(edge, largest - ReplayWindow::kHotBits + 1);
    }
    if (random() % 1000 == 0 && window.allocated_bytes() > 0) {
      window.shrink();
      if (largest >= ReplayWindow::kIdleBits) {
        edge = std::max(edge, largest - ReplayWindow::kIdleBits + 1);
      }
    }
    std::uint64_t probe = largest - std::min(largest, random() % 5000);
    REQUIRE(window.seen(probe) == (probe < edge || model.contains(probe)));
  }
}
