// SPDX-License-Identifier: MIT
#include "jsctl/rates.h"

#include <catch2/catch.hpp>

#include "jsctl/humanize.h"

namespace jetstream::jsctl {
namespace {

using namespace std::chrono_literals;

control::SessionRow row_of(std::uint64_t id, std::uint64_t age_ms, std::uint64_t rx,
                           std::uint64_t tx, std::uint64_t lost = 0) {
  control::SessionRow row;
  row.id = SessionId(id);
  row.age_ms = age_ms;
  row.rx_bytes = rx;
  row.tx_bytes = tx;
  row.packets_lost = lost;
  return row;
}

}  // namespace

TEST_CASE("Rates are what changed from one list to the next, by the daemon's clock") {
  Rates rates;
  const auto first = rates.next({row_of(1, 60'000, 1000, 2000), row_of(2, 60'000, 0, 0)}, 1s);
  CHECK_FALSE(first.at(0).bps);
  const auto second = rates.next({row_of(1, 60'500, 2000, 2000, 3), row_of(2, 60'500, 0, 0),
                                  row_of(3, 90'000, 7, 7), row_of(4, 500, 100, 0)},
                                 1s);
  REQUIRE(second.size() == 4);
  CHECK(second[0].rx_bps == 16'000u);  // 1000 bytes in half a second
  CHECK(second[0].tx_bps == 0u);
  CHECK(second[0].bps == 16'000u);
  CHECK(second[0].lost == 3u);
  CHECK(second[1].bps == 0u);
  CHECK_FALSE(second[2].bps);         // nobody knows what it had before
  CHECK(second[3].rx_bps == 1'600u);  // new since the list before
  const auto third = rates.next({row_of(3, 91'000, 1007, 7), row_of(1, 60'500, 2000, 2000)}, 1s);
  CHECK(third[0].rx_bps == 8'000u);
  CHECK_FALSE(third[1].bps);  // no time has passed
  // One that was not in the list before has to begin anew.
  CHECK_FALSE(rates.next({row_of(2, 62'000, 5, 5)}, 1s).at(0).bps.has_value());
}

TEST_CASE("Counters that run backwards make no rate") {
  Rates rates;
  rates.next({row_of(1, 60'000, 1000, 1000)}, 1s);
  CHECK_FALSE(rates.next({row_of(1, 61'000, 999, 1000)}, 1s).at(0).bps);
}

TEST_CASE("The first of the rows are those with the highest rates, and those without come last") {
  const auto order = control::RowOrder::parse("-bps", control::filter_fields<control::TopRow>());
  std::vector<control::TopRow> rows(4);
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].id = SessionId(i + 1);
  rows[0].bps = 5;
  rows[1].bps = 50;
  rows[3].bps = 0;
  std::vector<std::uint64_t> ids;
  for (const auto& row : first_of(rows, order.value(), 10)) ids.push_back(row.id.value());
  CHECK(ids == std::vector<std::uint64_t>{2, 1, 4, 3});
  CHECK(first_of(rows, order.value(), 1).size() == 1);
}

TEST_CASE("Rates have decimal units") {
  CHECK(human_bps(0) == "0 bit/s");
  CHECK(human_bps(999) == "999 bit/s");
  CHECK(human_bps(1'000) == "1.0 kbit/s");
  CHECK(human_bps(16'000) == "16 kbit/s");
  CHECK(human_bps(999'999) == "999 kbit/s");
  CHECK(human_bps(1'500'000) == "1.5 Mbit/s");
  CHECK(human_bps(2'400'000'000) == "2.4 Gbit/s");
  CHECK(human_bps(UINT64_MAX) == "18 Ebit/s");
}

}  // namespace jetstream::jsctl
