// SPDX-License-Identifier: MIT
#include "daemon/closed_ring.h"

#include <catch2/catch.hpp>

#include "daemon/drain_control.h"
#include "daemon/row_query.h"

namespace jetstream::daemon {
namespace {

using namespace std::chrono_literals;

void add(ClosedRing& ring, std::uint64_t id) {
  SessionInfo info;
  info.id = SessionId(id);
  info.created_at = Instant(1s);
  info.bytes_received = id;
  CloseInfo why;
  why.reason = CloseReason::kTimeout;
  why.code = TransportCode::kIdleTimeout;
  Trail trail(Instant(1s));
  trail.add(Instant(1s), TrailEvent::kOpened);
  ring.add(ClosedSession(info, why, "idle", Instant(3s),
                         control::UnixTime(static_cast<std::int64_t>(id)), trail));
}

/// All that the ring answers, the newest first.
std::vector<std::uint64_t> listed(const ClosedRing& ring, ClosedQuery query) {
  const auto shared = std::make_shared<const ClosedQuery>(std::move(query));
  ClosedMaker maker(shared);
  std::optional<ClosedPage> page;
  while (!(page = maker.step(ring))) {
  }
  CHECK(page->remembered == ring.size());
  std::vector<std::uint64_t> ids;
  for (const auto& row : page->rows) ids.push_back(row.id.value());
  return ids;
}

ClosedQuery query_of(std::size_t limit, std::string filter = "",
                     std::optional<control::UnixTime> since = std::nullopt) {
  return {limit, read_filter<control::ClosedRow>(filter).value(), since};
}

std::vector<std::uint64_t> down(std::uint64_t from, std::uint64_t to) {
  std::vector<std::uint64_t> ids;
  for (std::uint64_t id = from; id >= to; --id) ids.push_back(id);
  return ids;
}

}  // namespace

TEST_CASE("the ring of ended sessions keeps the newest ones") {
  ClosedRing ring(100);
  CHECK(listed(ring, query_of(10)).empty());
  for (std::uint64_t id = 1; id <= 100; ++id) add(ring, id);
  CHECK(listed(ring, query_of(1000)) == down(100, 1));
  for (std::uint64_t id = 101; id <= 250; ++id) {
    add(ring, id);
    REQUIRE(ring.size() == 100);
    REQUIRE(ring.at(ring.end() - 1).id == SessionId(id));
    REQUIRE(ring.at(ring.begin()).id == SessionId(id - 99));
  }
  CHECK(listed(ring, query_of(1000)) == down(250, 151));
  CHECK(listed(ring, query_of(3)) == down(250, 248));
  const control::ClosedRow row = ring.at(ring.begin()).row();
  CHECK(row.reason == "timeout");
  CHECK(row.code == "idle_timeout");
  CHECK(row.by == "local");
  CHECK(row.cause == "idle");
  CHECK(row.duration_ms == 2000);
  CHECK(row.trail == std::vector<control::TrailRow>{{0, "opened", std::nullopt}});
}

TEST_CASE("a ring of ended sessions may be made larger and smaller, and turned off") {
  ClosedRing ring(10);
  for (std::uint64_t id = 1; id <= 13; ++id) add(ring, id);
  ring.resize(20);
  CHECK(listed(ring, query_of(100)) == down(13, 4));
  for (std::uint64_t id = 14; id <= 25; ++id) add(ring, id);
  CHECK(listed(ring, query_of(100)) == down(25, 6));
  ring.resize(4);
  CHECK(listed(ring, query_of(100)) == down(25, 22));
  add(ring, 26);
  CHECK(listed(ring, query_of(100)) == down(26, 23));
  ring.resize(0);
  add(ring, 27);
  CHECK(listed(ring, query_of(100)).empty());
}

TEST_CASE("ended sessions are listed by filter, and since a time") {
  ClosedRing ring(1000);
  for (std::uint64_t id = 1; id <= 500; ++id) add(ring, id);
  CHECK(listed(ring, query_of(1000, "rx_bytes < 5B")) == down(4, 1));
  CHECK(listed(ring, query_of(2, "rx_bytes < 5B")) == down(4, 3));
  CHECK(listed(ring, query_of(1000, "cause = idle", control::UnixTime(490))) == down(500, 490));
  CHECK(listed(ring, query_of(1000, "cause = peer")).empty());
}

TEST_CASE("sessions that end while a list is made push out only what was not looked at") {
  ClosedRing ring(100);
  for (std::uint64_t id = 1; id <= 100; ++id) add(ring, id);
  ClosedMaker maker(std::make_shared<const ClosedQuery>(query_of(1000)));
  CHECK_FALSE(maker.step(ring));
  for (std::uint64_t id = 101; id <= 150; ++id) add(ring, id);
  std::optional<ClosedPage> page;
  while (!(page = maker.step(ring))) {
  }
  REQUIRE(page->rows.size() == 50);
  CHECK(page->rows.front().id == SessionId(100));
  CHECK(page->rows.back().id == SessionId(51));
}

TEST_CASE("the rings of several workers make one list, the newest first") {
  ClosedPage odd, even;
  for (std::uint64_t id = 1; id <= 10; ++id) {
    ClosedPage& page = id % 2 == 1 ? odd : even;
    control::ClosedRow& row = *page.rows.emplace(page.rows.begin());
    row.id = SessionId(id);
    row.ended_at = control::UnixTime(static_cast<std::int64_t>(id));
    ++page.remembered;
  }
  const ClosedPage merged = merge_closed(query_of(4), {odd, even});
  CHECK(merged.remembered == 10);
  REQUIRE(merged.rows.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) CHECK(merged.rows[i].id == SessionId(10 - i));
}

TEST_CASE("how long a drain will take is told by its pace, and never beyond its deadline") {
  CHECK(estimate(100, 100, 1s, 20s) == 20s);  // nothing has happened yet
  CHECK(estimate(100, 50, 2s, 20s) == 2s);
  CHECK(estimate(100, 25, 3s, 20s) == 1s);
  CHECK(estimate(100, 99, 2s, 20s) == 20s);
  CHECK(estimate(100, 0, 2s, 20s) == 0s);
  CHECK(estimate(0, 0, 0s, -1s) == 0s);
}

TEST_CASE("how long a drain will take is told of the sessions that are told to be left") {
  DrainControl::Progress progress;
  progress.state = DrainControl::State::kDraining;
  progress.at_start = 100;
  progress.elapsed = 2s;
  progress.deadline = 30s;
  progress = with_left(progress, 50);
  CHECK(progress.eta == 2s);
  progress.elapsed = 3s;
  progress = with_left(progress, 25);
  CHECK(progress.left == 25);
  CHECK(progress.eta == 1s);
  CHECK(with_left(progress, 1).eta < 31ms);
  CHECK_FALSE(with_left(progress, 0).eta);
  progress.state = DrainControl::State::kDrained;
  CHECK(with_left(progress, 25).left == 25);
  CHECK_FALSE(with_left(progress, 25).eta);
}

}  // namespace jetstream::daemon
