// SPDX-License-Identifier: MIT
#include "daemon/health/health_board.h"

#include <catch2/catch.hpp>

using namespace jetstream;
using namespace jetstream::daemon;
using namespace std::chrono_literals;
using C = HealthCode;

namespace {

const Instant kStart{1000s};

bool shows(const HealthBoard& board, Instant now, C code) {
  for (const HealthFinding& finding : board.visible(now)) {
    if (finding.code == code) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("a problem shows once it has held for its time, not before") {
  HealthBoard board;
  const Duration wait = spec_of(C::kTableFull).visible_after;
  REQUIRE(wait > 0s);
  board.set(C::kTableFull, kStart, "full");
  CHECK_FALSE(shows(board, kStart + wait - 1ns, C::kTableFull));
  board.set(C::kTableFull, kStart + wait, "fuller");
  REQUIRE(shows(board, kStart + wait, C::kTableFull));
  CHECK(board.visible(kStart + wait)[0].detail == "fuller");
  CHECK(board.visible(kStart + wait)[0].since == kStart);
}

TEST_CASE("what comes and goes faster than that is never shown") {
  HealthBoard board;
  const Duration wait = spec_of(C::kTableFull).visible_after;
  for (int i = 0; i < 100; ++i) {
    const Instant at = kStart + i * wait;
    board.set(C::kTableFull, at, "full");
    CHECK_FALSE(shows(board, at, C::kTableFull));
    board.set(C::kTableFull, at + wait - 1ns, "");
    CHECK_FALSE(shows(board, at + wait - 1ns, C::kTableFull));
  }
}

TEST_CASE("what was shown stays for its time after it held last, then it is over") {
  HealthBoard board;
  const Duration stays = spec_of(C::kSocketDrops).stays_for;
  board.set(C::kSocketDrops, kStart, "5 datagrams");
  REQUIRE(board.take_changes(kStart).raised.size() == 1);
  board.set(C::kSocketDrops, kStart + 1s, "");
  CHECK(shows(board, kStart + 1s + stays - 1ns, C::kSocketDrops));
  // Once more within that time is the same trouble still.
  board.set(C::kSocketDrops, kStart + stays, "7 datagrams");
  CHECK(board.take_changes(kStart + stays).raised.empty());
  CHECK(board.visible(kStart + stays)[0].since == kStart);
  board.set(C::kSocketDrops, kStart + stays + 1s, "");
  const auto over = board.take_changes(kStart + stays + 1s + stays);
  CHECK(over.cleared == std::vector<C>{C::kSocketDrops});
  CHECK(board.take_changes(kStart + 10 * stays).cleared.empty());
}

TEST_CASE("a problem that was only seen twice, but in between held long enough, stays too") {
  HealthBoard board;
  const HealthSpec& spec = spec_of(C::kTableFull);
  board.set(C::kTableFull, kStart, "full");
  board.set(C::kTableFull, kStart + spec.visible_after, "");
  CHECK(shows(board, kStart + spec.visible_after + spec.stays_for - 1ns, C::kTableFull));
  CHECK_FALSE(shows(board, kStart + spec.visible_after + spec.stays_for, C::kTableFull));
}

TEST_CASE("what follows from another problem is hidden while that one shows") {
  HealthBoard board;
  board.set(C::kSocketDrops, kStart, "5 datagrams");
  board.set(C::kWorkerStalled, kStart, "worker 1");
  CHECK(shows(board, kStart, C::kWorkerStalled));
  CHECK_FALSE(shows(board, kStart, C::kSocketDrops));
  board.set(C::kWorkerStalled, kStart + 1s, "");
  CHECK(shows(board, kStart + 1s, C::kSocketDrops));
}

TEST_CASE("only a stalled worker is a reason to restart, and a drain is none") {
  for (const HealthSpec& spec : health_table()) {
    INFO(spec.name);
    CHECK(is_alive({{spec.code, "", kStart}}) == (spec.code != C::kWorkerStalled));
    CHECK(is_ready({{spec.code, "", kStart}}) == !spec.not_ready);
    CHECK(parse_health_code(spec.name) == spec.code);
    if (spec.not_alive) CHECK(spec.not_ready);
  }
  CHECK_FALSE(is_ready({{C::kDraining, "", kStart}}));
  CHECK_FALSE(is_ready({{C::kTableFull, "", kStart}}));
  CHECK(is_ready({}));
  CHECK(is_alive({}));
  CHECK_FALSE(parse_health_code("all_well"));
}
