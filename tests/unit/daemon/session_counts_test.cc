// SPDX-License-Identifier: MIT
#include "daemon/admin/session_counts.h"

#include <catch2/catch.hpp>

using jetstream::daemon::SessionCounts;

TEST_CASE("Nobody is told of a count that was begun before they asked") {
  SessionCounts counts;
  const auto before = counts.now();
  CHECK_FALSE(counts.since(before));
  counts.begin();
  const auto meanwhile = counts.now();
  counts.end(0);
  const auto after = counts.now();
  CHECK(counts.since(before) == 0u);
  CHECK_FALSE(counts.since(meanwhile));
  CHECK_FALSE(counts.since(after));

  counts.begin();
  CHECK(counts.under_way());
  CHECK_FALSE(counts.since(meanwhile));
  CHECK(counts.since(before) == 0u);  // the last that has come
  counts.end(7);
  CHECK_FALSE(counts.under_way());
  CHECK(counts.since(before) == 7u);
  CHECK(counts.since(meanwhile) == 7u);
  CHECK(counts.since(after) == 7u);
  CHECK_FALSE(counts.since(counts.now()));
}
