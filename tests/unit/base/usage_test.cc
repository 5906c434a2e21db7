// SPDX-License-Identifier: MIT
#include "jetstream/usage.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <random>
#include <vector>

using namespace jetstream;

namespace {

UsageHistogram histogram_of(const std::vector<std::uint64_t>& values) {
  UsageHistogram histogram;
  for (const std::uint64_t value : values) histogram.add(value);
  return histogram;
}

double excess_of(const std::vector<std::uint64_t>& values, std::uint64_t limit) {
  double excess = 0;
  for (const std::uint64_t value : values) {
    if (value > limit) excess += static_cast<double>(value - limit);
  }
  return excess;
}

/// From 1 to 2^`bits`, as many of each size.
std::vector<std::uint64_t> values_of_all_sizes(std::size_t count, double bits) {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> size(0, bits);
  std::vector<std::uint64_t> values;
  for (std::size_t i = 0; i < count; ++i) {
    values.push_back(static_cast<std::uint64_t>(std::exp2(size(random))));
  }
  return values;
}

}  // namespace

TEST_CASE("a histogram without values says 0 of everything") {
  const UsageHistogram none;
  CHECK(none.count() == 0);
  CHECK(none.quantile(0.999) == 0);
  CHECK(none.max() == 0);
  CHECK(none.excess(0) == 0);
}

TEST_CASE("quantiles are never below the true ones, and an eighth above at most") {
  auto values = values_of_all_sizes(10'000, 39);
  const UsageHistogram histogram = histogram_of(values);
  std::sort(values.begin(), values.end());
  for (const std::size_t rank : {1u, 10u, 5'000u, 9'900u, 9'990u, 10'000u}) {
    const std::uint64_t told = histogram.quantile(static_cast<double>(rank) / 10'000);
    INFO("rank " << rank);
    CHECK(told >= values[rank - 1]);
    CHECK(told <= values[rank - 1] + values[rank - 1] / 8);
  }
  CHECK(histogram.quantile(1) == values.back());
}

TEST_CASE("small values are told exactly") {
  for (std::uint64_t value = 0; value < 16; ++value) {
    CHECK(histogram_of({value, 1000}).quantile(0.5) == value);
  }
}

TEST_CASE("the excess over a limit is what values have above it, at most a little more") {
  const auto values = values_of_all_sizes(5'000, 30);
  const UsageHistogram histogram = histogram_of(values);
  for (const std::uint64_t limit : {0ull, 1ull, 15ull, 16ull, 1000ull, 123'456ull, 1ull << 29}) {
    const double truth = excess_of(values, limit);
    INFO("limit " << limit);
    CHECK(histogram.excess(limit) >= truth * 0.999'999);
    CHECK(histogram.excess(limit) <= truth * 1.01);
  }
  CHECK(histogram.excess(histogram.max()) == 0);
  CHECK(histogram.excess(histogram.max() - 1) > 0);
}

TEST_CASE("what exceeds all buckets is still counted") {
  constexpr std::uint64_t kHuge = std::uint64_t{1} << 50;
  const UsageHistogram histogram = histogram_of({5, kHuge});
  CHECK(histogram.quantile(0.5) == 5);
  CHECK(histogram.quantile(0.999) == kHuge);
  CHECK(histogram.excess(std::uint64_t{1} << 40) ==
        static_cast<double>(kHuge - (std::uint64_t{1} << 40)));
}

TEST_CASE("the sum of two histograms is the histogram of all their values") {
  auto values = values_of_all_sizes(1'000, 39);
  UsageHistogram sum = histogram_of(values);
  const auto others = values_of_all_sizes(500, 20);
  sum += histogram_of(others);
  values.insert(values.end(), others.begin(), others.end());
  const UsageHistogram all = histogram_of(values);
  CHECK(sum.count() == all.count());
  CHECK(sum.sum() == all.sum());
  CHECK(sum.max() == all.max());
  for (const double part : {0.5, 0.99, 0.999}) CHECK(sum.quantile(part) == all.quantile(part));
  CHECK(sum.excess(1000) == all.excess(1000));
}
