// SPDX-License-Identifier: MIT
#include "recovery/path_mtu.h"

#include <catch2/catch.hpp>
#include <vector>

using jetstream::Instant;
using jetstream::recovery::PathMtu;
using namespace std::chrono_literals;

namespace {

constexpr Instant kStart{1s};

/// Searches on a path that carries `limit` and returns the sizes tried.
std::vector<std::uint32_t> search(PathMtu& mtu, Instant now, std::uint32_t limit) {
  std::vector<std::uint32_t> tried;
  mtu.on_more_than_fits();
  while (auto size = mtu.probe_size(now)) {
    tried.push_back(*size);
    mtu.on_probe_sent(*size);
    *size <= limit ? void(mtu.on_probe_acked(*size)) : mtu.on_probe_lost(now, *size);
    mtu.on_more_than_fits();
  }
  return tried;
}

using Sizes = std::vector<std::uint32_t>;

}  // namespace

TEST_CASE("the MTU search climbs to the maximum and stops there") {
  PathMtu mtu(65'507);
  CHECK(mtu.current() == 1200);
  CHECK(search(mtu, kStart, 65'507) ==
        Sizes{1452, 1472, 4000, 8952, 8972, 16'384, 32'768, 65'487, 65'507});
  CHECK(mtu.current() == 65'507);

  PathMtu small(1400);
  CHECK(search(small, kStart, 65'507) == Sizes{1400});
  PathMtu none(1200);
  CHECK(search(none, kStart, 65'507).empty());
}

TEST_CASE("the MTU search gives up a size after three losses and rests") {
  PathMtu mtu(9000);
  CHECK(search(mtu, kStart, 1500) == Sizes{1452, 1472, 4000, 4000, 4000});
  CHECK(mtu.current() == 1472);
  CHECK_FALSE(mtu.probe_size(kStart + PathMtu::kPause - 1ns));
  CHECK(mtu.probe_size(kStart + PathMtu::kPause) == 4000U);
}

TEST_CASE("one MTU probe is under way at a time") {
  PathMtu mtu(9000);
  mtu.on_probe_sent(1452);
  CHECK_FALSE(mtu.probe_size(kStart));
  CHECK_FALSE(mtu.on_probe_acked(1472));
  CHECK_FALSE(mtu.probe_size(kStart));
  CHECK(mtu.on_probe_acked(1452));
  CHECK_FALSE(mtu.on_probe_acked(1452));
  mtu.on_more_than_fits();
  CHECK(mtu.probe_size(kStart) == 1472U);
}

TEST_CASE("no step of the MTU search is taken before there is more to send than fits") {
  PathMtu mtu(9000);
  CHECK_FALSE(mtu.probe_size(kStart));
  mtu.on_more_than_fits();
  REQUIRE(mtu.probe_size(kStart) == 1452U);
  mtu.on_probe_sent(1452);
  mtu.on_probe_lost(kStart, 1452);
  CHECK(mtu.probe_size(kStart) == 1452U);  // still wanted
  mtu.on_probe_sent(1452);
  REQUIRE(mtu.on_probe_acked(1452));
  CHECK_FALSE(mtu.probe_size(kStart + PathMtu::kPause));
  mtu.on_more_than_fits();
  CHECK(mtu.probe_size(kStart) == 1472U);
}

TEST_CASE("three large packets lost in a row bring the datagram back to its base") {
  PathMtu mtu(1472);
  CHECK_FALSE(mtu.on_packets(kStart, 0, 10));
  search(mtu, kStart, 1472);
  CHECK_FALSE(mtu.on_packets(kStart, 1200, 2));
  // One that arrives clears what was lost before it.
  CHECK_FALSE(mtu.on_packets(kStart, 1201, 5));
  CHECK_FALSE(mtu.on_packets(kStart, 0, 2));
  CHECK(mtu.current() == 1472);
  CHECK(mtu.on_probe_timeout(kStart));
  CHECK(mtu.current() == 1200);
  mtu.on_more_than_fits();
  CHECK_FALSE(mtu.probe_size(kStart + PathMtu::kFallBackPause - 1ns));
  CHECK(mtu.probe_size(kStart + PathMtu::kFallBackPause) == 1452U);
}

TEST_CASE("a probe from before a fall-back changes nothing") {
  PathMtu mtu(9000);
  search(mtu, kStart, 1472);
  Instant later = kStart + PathMtu::kPause;
  REQUIRE(mtu.probe_size(later) == 4000U);
  mtu.on_probe_sent(4000);
  REQUIRE(mtu.on_packets(later, 0, 3));
  SECTION("if it arrives") {
    CHECK_FALSE(mtu.on_probe_acked(4000));
    CHECK(mtu.current() == 1200);
  }
  SECTION("if it is lost") {
    mtu.on_probe_lost(later, 4000);
    CHECK(search(mtu, later + PathMtu::kFallBackPause, 1200) == Sizes{1452, 1452, 1452});
  }
}

TEST_CASE("each size of the MTU search has its own three attempts") {
  PathMtu mtu(1472);
  for (int lost = 0; lost < 2; ++lost) {
    mtu.on_probe_sent(1452);
    mtu.on_probe_lost(kStart, 1452);
  }
  mtu.on_probe_sent(1452);
  REQUIRE(mtu.on_probe_acked(1452));
  CHECK(search(mtu, kStart, 1452) == Sizes{1472, 1472, 1472});
}
