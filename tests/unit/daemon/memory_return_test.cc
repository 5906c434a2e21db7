// SPDX-License-Identifier: MIT
#include "daemon/process/memory_return.h"

#include <catch2/catch.hpp>

using namespace jetstream::daemon;

TEST_CASE("memory goes back when half of the sessions have gone, and 1 024 at least") {
  MemoryReturn memory;
  CHECK_FALSE(memory.due(0));
  CHECK_FALSE(memory.due(100'000));
  CHECK_FALSE(memory.due(50'001));
  CHECK(memory.due(50'000));
  CHECK_FALSE(memory.due(50'000));
  CHECK_FALSE(memory.due(25'001));
  CHECK(memory.due(25'000));

  MemoryReturn small;
  CHECK_FALSE(small.due(1023));
  CHECK_FALSE(small.due(0));  // not worth it
  CHECK_FALSE(small.due(1024));
  CHECK_FALSE(small.due(1));
  CHECK(small.due(0));
}

TEST_CASE("sessions that come and go do not make it look all the time") {
  MemoryReturn memory;
  int looks = 0;
  for (int round = 0; round < 1000; ++round) {
    for (const std::size_t records : {10'000u, 9'000u, 6'000u, 9'000u})
      looks += memory.due(records);
  }
  CHECK(looks == 0);
}
