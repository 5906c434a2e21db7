// SPDX-License-Identifier: MIT
#include "daemon/services/limit_notes.h"

#include <catch2/catch.hpp>

using jetstream::Instant;
using jetstream::daemon::LimitNotes;
using namespace std::chrono_literals;

namespace {

constexpr Instant kStart = Instant(1h);

}  // namespace

TEST_CASE("of one session's limits the first becomes a line, and then one every ten seconds") {
  LimitNotes notes;
  CHECK(notes.take(kStart, 1, 1) == 0u);
  CHECK_FALSE(notes.take(kStart, 1, 2));
  CHECK_FALSE(notes.take(kStart + 10s - 1ns, 1, 40));
  CHECK(notes.take(kStart + 10s, 1, 41) == 39u);
  // The same again is no news.
  CHECK_FALSE(notes.take(kStart + 20s, 1, 41));
  CHECK(notes.take(kStart + 20s, 1, 42) == 0u);
}

TEST_CASE("sessions have lines of their own, but not more than ten a second in all") {
  LimitNotes notes;
  for (std::uint64_t session = 0; session < 10; ++session) CHECK(notes.take(kStart, session, 1));
  CHECK_FALSE(notes.take(kStart, 10, 1));
  CHECK_FALSE(notes.take(kStart + 99ms, 10, 5));
  CHECK(notes.take(kStart + 100ms, 10, 6) == 5u);
}

TEST_CASE("a session that is over is forgotten") {
  LimitNotes notes;
  REQUIRE(notes.take(kStart, 1, 5));
  notes.forget(1);
  CHECK(notes.take(kStart, 1, 1) == 0u);
}
