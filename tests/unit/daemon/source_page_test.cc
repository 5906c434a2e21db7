// SPDX-License-Identifier: MIT
#include "daemon/admin/source_page.h"

#include <catch2/catch.hpp>

namespace jetstream::daemon {
namespace {

using namespace std::chrono_literals;

const ClockReading kClocks{Instant(5000s), control::UnixTime(1'000'000'000'000)};

SourceInfo source(std::uint8_t last, std::uint64_t limited, std::uint32_t sessions = 0) {
  return {.block = {.ip = PeerAddress::v4({192, 0, 2, last}, 0).ip},
          .handshakes_per_second = 50,
          .handshake_burst = 100,
          .handshake_tokens = 100,
          .handshakes_limited = limited,
          .since = Instant(4990s),
          .sessions = sessions,
          .sessions_max = 2048};
}

std::vector<std::string> names(const SourcePage& page) {
  std::vector<std::string> names;
  for (const control::SourceRow& row : page.rows) names.push_back(row.source);
  return names;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("What several endpoints say of one source is one row, and the most limited come first") {
  const std::vector<std::vector<SourceInfo>> parts = {
      {source(9, 2, 5), source(1, 0, 7), source(3, 0)},
      {source(3, 4), source(2, 6), source(9, 2, 1)},
      {},
  };
  const SourcePage page = source_page(parts, true, 10, kClocks);
  CHECK(page.sources == 4);
  CHECK(page.limited == 3);
  REQUIRE(names(page) == Names{"192.0.2.2", "192.0.2.9", "192.0.2.3", "192.0.2.1"});
  CHECK(page.rows[1].handshakes_limited == 4);
  CHECK(page.rows[1].sessions == 6);
  CHECK(page.rows[1].sessions_max == 3 * 2048);
  CHECK(page.rows[1].handshake_tokens == 300);  // the third would give it a full bucket
  CHECK(page.rows[3].sessions == 7);
}

TEST_CASE("A page of sources has the first of them and counts all") {
  const std::vector<std::vector<SourceInfo>> parts = {
      {source(1, 0), source(2, 1), source(3, 3), source(4, 2), source(5, 2, 1)}};
  const SourcePage limited = source_page(parts, false, 2, kClocks);
  CHECK(names(limited) == Names{"192.0.2.3", "192.0.2.5"});
  CHECK(limited.limited == 4);
  CHECK(limited.sources == 5);
  CHECK(names(source_page(parts, false, 9, kClocks)).size() == 4);
  CHECK(names(source_page(parts, true, 9, kClocks)).size() == 5);
  CHECK(source_page({{}, {}}, true, 9, kClocks).rows.empty());
}

}  // namespace jetstream::daemon
