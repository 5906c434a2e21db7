// SPDX-License-Identifier: MIT
#include "daemon/health/status_line.h"

#include <catch2/catch.hpp>

using namespace jetstream;
using namespace jetstream::daemon;
using namespace std::chrono_literals;

TEST_CASE("a bit rate is told as people say it") {
  CHECK(format_bit_rate(0) == "0 bit/s");
  CHECK(format_bit_rate(999) == "999 bit/s");
  CHECK(format_bit_rate(999.5) == "1.0 kbit/s");
  CHECK(format_bit_rate(870'400) == "870 kbit/s");
  CHECK(format_bit_rate(3.2e9) == "3.2 Gbit/s");
  CHECK(format_bit_rate(9.94e6) == "9.9 Mbit/s");
  CHECK(format_bit_rate(9.96e6) == "10 Mbit/s");
  CHECK(format_bit_rate(5e15) == "5000 Tbit/s");
}

TEST_CASE("the status line comes every ten seconds, and only if it has changed") {
  StatusLine line;
  const Instant start{100s};
  CHECK_FALSE(line.take(start, 3, 1000));
  CHECK_FALSE(line.take(start + 10s - 1ns, 3, 1000));
  CHECK(line.take(start + 10s, 4211, 1000 + 4'000'000'000) == "4211 sessions, 3.2 Gbit/s");
  CHECK_FALSE(line.take(start + 20s, 4211, 1000 + 8'000'000'000));
  CHECK(line.take(start + 30s, 1, 1000 + 8'000'000'000) == "1 session, 0 bit/s");
  CHECK_FALSE(line.take(start + 40s, 1, 1000 + 8'000'000'000));
}
