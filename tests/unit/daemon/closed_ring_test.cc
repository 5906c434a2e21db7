// SPDX-License-Identifier: MIT
#include "daemon/closed_ring.h"

#include <catch2/catch.hpp>

#include "daemon/drain_control.h"

namespace jetstream::daemon {
namespace {

using namespace std::chrono_literals;

void add(ClosedRing& ring, std::uint64_t id) {
  SessionInfo info;
  info.id = SessionId(id);
  info.created_at = Instant(1s);
  CloseInfo why;
  why.reason = CloseReason::kTimeout;
  why.code = TransportCode::kIdleTimeout;
  why.by_peer = true;
  ring.add(info, why, "peer", Instant(3s), control::UnixTime(static_cast<std::int64_t>(id)));
}

}  // namespace

TEST_CASE("the ring of ended sessions keeps the newest ones") {
  ClosedRing ring;
  CHECK(ring.newest(10).empty());
  const std::uint64_t kept = control::kClosedKept;
  for (std::uint64_t id = 1; id <= kept; ++id) add(ring, id);
  CHECK(ring.size() == kept);
  CHECK(ring.newest(kept).back().id == SessionId(1));
  for (std::uint64_t id = kept + 1; id <= 2 * kept + 3; ++id) {
    add(ring, id);
    REQUIRE(ring.size() == kept);
    REQUIRE(ring.newest(1)[0].id == SessionId(id));
    REQUIRE(ring.newest(kept).back().id == SessionId(id - kept + 1));
  }
  CHECK(ring.newest(kept + 1).size() == kept);
  const control::ClosedRow row = ring.newest(1)[0];
  CHECK(row.reason == "timeout");
  CHECK(row.code == "idle_timeout");
  CHECK(row.by == "peer");
  CHECK(row.duration_ms == 2000);
}

TEST_CASE("the rings of several workers make one list, the newest first") {
  ClosedRing odd, even;
  for (std::uint64_t id = 1; id <= 10; ++id) add(id % 2 == 1 ? odd : even, id);
  const auto merged = merge_closed({odd.newest(4), even.newest(4)}, 4);
  REQUIRE(merged.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) CHECK(merged[i].id == SessionId(10 - i));
}

TEST_CASE("how long a drain will take is told by its pace, and never beyond its deadline") {
  CHECK(estimate(100, 100, 1s, 20s) == 20s);  // nothing has happened yet
  CHECK(estimate(100, 50, 2s, 20s) == 2s);
  CHECK(estimate(100, 25, 3s, 20s) == 1s);
  CHECK(estimate(100, 99, 2s, 20s) == 20s);
  CHECK(estimate(100, 0, 2s, 20s) == 0s);
  CHECK(estimate(0, 0, 0s, -1s) == 0s);
}

}  // namespace jetstream::daemon
