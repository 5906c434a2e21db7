// SPDX-License-Identifier: MIT
#include "daemon/sessions/closed_ring.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>

#include "daemon/admin/row_query.h"
#include "daemon/workers/drain_control.h"

namespace jetstream::daemon {
namespace {

using namespace std::chrono_literals;

void add(ClosedRing& ring, std::uint64_t id, Instant ended = Instant(3s)) {
  SessionInfo info;
  info.id = SessionId(id);
  info.created_at = Instant(1s);
  info.bytes_received = id;
  CloseInfo why;
  why.reason = CloseReason::kTimeout;
  why.code = TransportCode::kIdleTimeout;
  Trail trail(Instant(1s));
  trail.add(Instant(1s), TrailEvent::kOpened);
  ring.add(ClosedSession(info, why, "idle", ended, control::UnixTime(static_cast<std::int64_t>(id)),
                         trail));
}

/// What the rings answer together.
ClosedPage page_of(const std::vector<const ClosedRing*>& rings, const ClosedQuery& query) {
  std::vector<EndedPart> parts;
  for (const ClosedRing* ring : rings) {
    ClosedMaker maker(std::make_shared<const ClosedQuery>(query));
    std::optional<EndedPart> part;
    while (!(part = maker.step(*ring))) {
    }
    CHECK(part->remembered == ring->size());
    CHECK(part->found.size() <= query.limit + 1);
    parts.push_back(*std::move(part));
  }
  return merge_closed(query, std::move(parts));
}

std::vector<std::uint64_t> ids_of(const ClosedPage& page) {
  std::vector<std::uint64_t> ids;
  for (const auto& row : page.rows) ids.push_back(row.id.value());
  return ids;
}

/// All that the ring answers, the newest first.
std::vector<std::uint64_t> listed(const ClosedRing& ring, const ClosedQuery& query) {
  return ids_of(page_of({&ring}, query));
}

ClosedQuery query_of(std::size_t limit, std::string filter = "",
                     std::optional<control::UnixTime> since = std::nullopt) {
  return {limit, read_filter<control::ClosedRow>(filter).value(), since, std::nullopt};
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
  std::optional<EndedPart> part;
  while (!(part = maker.step(ring))) {
  }
  REQUIRE(part->found.size() == 50);
  CHECK(part->found.front().row.id == SessionId(100));
  CHECK(part->found.back().row.id == SessionId(51));
}

TEST_CASE("the rings of several workers make one list, the newest first") {
  ClosedRing odd(100), even(100);
  for (std::uint64_t id = 1; id <= 10; ++id) {
    add(id % 2 == 1 ? odd : even, id, Instant(std::chrono::seconds(id)));
  }
  const ClosedPage merged = page_of({&odd, &even}, query_of(4));
  CHECK(merged.remembered == 10);
  CHECK(ids_of(merged) == down(10, 7));
  CHECK(merged.last);
}

TEST_CASE("pages of ended sessions are without gaps and doubles, whatever ended at one moment") {
  // Three at a moment, dealt to rings that differ in how many they have had; numbered as they came.
  ClosedRing rings[] = {ClosedRing(5000), ClosedRing(5000), ClosedRing(5000)};
  for (std::uint64_t id = 1; id <= 600; ++id) {
    add(rings[id % 7 % 3], id, Instant(std::chrono::seconds(id / 3)));
  }
  for (const std::size_t limit : {1u, 7u, 599u, 600u, 601u}) {
    INFO(limit);
    ClosedQuery query = query_of(limit);
    std::vector<std::uint64_t> seen;
    while (true) {
      const ClosedPage page = page_of({&rings[0], &rings[1], &rings[2]}, query);
      const auto ids = ids_of(page);
      seen.insert(seen.end(), ids.begin(), ids.end());
      // What ends while somebody reads belongs to no later page.
      add(rings[0], 1000 + seen.size(), Instant(1000s));
      if (!page.last) break;
      REQUIRE(ids.size() == limit);
      query.before = parse_closed_cursor(closed_cursor(*page.last)).value();
    }
    std::sort(seen.begin(), seen.end(), std::greater<>());
    // The next round sees what ended during this one.
    std::erase_if(seen, [](std::uint64_t id) { return id >= 1000; });
    CHECK(seen == down(600, 1));
  }
}

TEST_CASE("a page of ended sessions has no cursor if nothing follows that matches") {
  ClosedRing ring(100);
  for (std::uint64_t id = 1; id <= 50; ++id) add(ring, id);
  CHECK_FALSE(page_of({&ring}, query_of(50)).last);
  CHECK(page_of({&ring}, query_of(49)).last);
  CHECK_FALSE(page_of({&ring}, query_of(4, "rx_bytes < 5B")).last);
  CHECK(page_of({&ring}, query_of(3, "rx_bytes < 5B")).last);
  CHECK_FALSE(page_of({&ring}, query_of(11, "", control::UnixTime(40))).last);
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
