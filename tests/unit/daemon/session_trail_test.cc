// SPDX-License-Identifier: MIT
#include "daemon/sessions/session_trail.h"

#include <catch2/catch.hpp>

namespace jetstream::daemon {
namespace {

using namespace std::chrono_literals;
using control::TrailRow;

constexpr Instant kBegun{1000s};

}  // namespace

TEST_CASE("A trail has the last few events, when, and of what") {
  Trail trail(kBegun);
  CHECK(trail.rows().empty());
  trail.add(kBegun + 3ms, TrailEvent::kOpened);
  trail.add(kBegun + 1500ms, TrailEvent::kStreamOpened, 17);
  trail.add(kBegun + 2s, TrailEvent::kLimited, 2);
  CHECK(trail.rows() == std::vector<TrailRow>{{3, "opened", std::nullopt},
                                              {1500, "stream_opened", 17},
                                              {2000, "limited", 2}});
  CHECK(trail.left_out() == 0);
  for (std::uint64_t i = 0; i < 10; ++i) {
    trail.add(kBegun + 3s, TrailEvent::kStreamClosed, i);
  }
  REQUIRE(trail.rows().size() == Trail::kEntries);
  CHECK(trail.rows().front() == TrailRow{3000, "stream_closed", 2});
  CHECK(trail.rows().back() == TrailRow{3000, "stream_closed", 9});
  CHECK(trail.left_out() == 5);
}

TEST_CASE("What is too large for a trail is the largest there is") {
  Trail trail(kBegun);
  trail.add(kBegun + std::chrono::hours(24 * 365 * 3), TrailEvent::kStreamReset, UINT64_MAX);
  CHECK(trail.rows() == std::vector<TrailRow>{{(1ULL << 36) - 1, "stream_reset", (1U << 24) - 1}});
  trail = Trail(kBegun);
  trail.add(kBegun - 1s, TrailEvent::kClosed);
  CHECK(trail.rows() == std::vector<TrailRow>{{0, "closed", std::nullopt}});
}

TEST_CASE("A slot's next user has a trail of its own") {
  Trails trails;
  const SessionHandle first{5, 1}, second{5, 2}, far{5000, 1};
  CHECK(trails.find(first) == nullptr);
  CHECK(trails.take(far).rows().empty());
  trails.begin(first, kBegun).add(kBegun, TrailEvent::kOpened);
  REQUIRE(trails.find(first) != nullptr);
  CHECK(trails.find(second) == nullptr);
  CHECK(trails.take(second).rows().empty());
  CHECK(trails.take(first).rows().size() == 1);
  CHECK(trails.take(first).rows().empty());
  // One that never ended is forgotten by the next.
  trails.begin(first, kBegun).add(kBegun, TrailEvent::kOpened);
  CHECK(trails.begin(second, kBegun).rows().empty());
  CHECK(trails.find(first) == nullptr);
  CHECK(trails.blocks() == 1);
  trails.take(second);
  CHECK(trails.blocks() == 0);
}

TEST_CASE("Trails take room for the sessions there are only") {
  Trails trails;
  for (std::uint32_t slot = 0; slot < 1000; ++slot) trails.begin({slot, 1}, kBegun);
  CHECK(trails.blocks() == 16);
  for (std::uint32_t slot = 0; slot < 999; ++slot) trails.take({slot, 1});
  CHECK(trails.blocks() == 1);
}

}  // namespace jetstream::daemon
