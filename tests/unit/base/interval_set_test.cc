// SPDX-License-Identifier: MIT
#include "base/interval_set.h"

#include <catch2/catch.hpp>
#include <limits>
#include <random>
#include <set>
#include <vector>

using jetstream::base::Interval;
using jetstream::base::IntervalSet;

namespace {

std::vector<Interval> all(const IntervalSet& set) { return {set.begin(), set.end()}; }

}  // namespace

namespace Catch {
template <>
struct StringMaker<Interval> {
  static std::string convert(const Interval& interval) {
    return "[" + std::to_string(interval.begin) + ", " + std::to_string(interval.end) + ")";
  }
};
}  // namespace Catch

TEST_CASE("an interval set joins what overlaps or touches, and nothing else") {
  IntervalSet set;
  set.insert(10, 20);
  set.insert(21, 30);
  CHECK(all(set) == std::vector<Interval>{{10, 20}, {21, 30}});
  set.insert(20, 21);
  CHECK(all(set) == std::vector<Interval>{{10, 30}});
  set.insert(5, 5);
  CHECK(set.size() == 1);
  set.insert(0, 100);
  CHECK(all(set) == std::vector<Interval>{{0, 100}});
}

TEST_CASE("erasing from an interval set trims and splits") {
  IntervalSet set;
  set.insert(0, 100);
  set.erase(40, 60);
  CHECK(all(set) == std::vector<Interval>{{0, 40}, {60, 100}});
  set.erase(0, 1);
  set.erase(99, 200);
  CHECK(all(set) == std::vector<Interval>{{1, 40}, {60, 99}});
  set.erase(40, 60);
  CHECK(set.size() == 2);
  set.erase(0, 100);
  CHECK(set.empty());
}

TEST_CASE("an interval set finds gaps") {
  IntervalSet set;
  CHECK(set.first_gap(3, 9) == Interval{3, 9});
  CHECK_FALSE(set.first_gap(3, 3));
  set.insert(0, 5);
  set.insert(8, 10);
  CHECK(set.first_missing(0) == 5);
  CHECK(set.first_missing(6) == 6);
  CHECK(set.first_missing(9) == 10);
  CHECK(set.first_gap(0, 20) == Interval{5, 8});
  CHECK(set.first_gap(0, 7) == Interval{5, 7});
  CHECK(set.first_gap(6, 20) == Interval{6, 8});
  CHECK(set.first_gap(8, 20) == Interval{10, 20});
  CHECK_FALSE(set.first_gap(8, 10));
  CHECK_FALSE(set.first_gap(0, 5));
}

TEST_CASE("an interval set reaches up to the largest number") {
  constexpr std::uint64_t kTop = std::numeric_limits<std::uint64_t>::max();
  IntervalSet set;
  set.insert(kTop - 1, kTop);
  set.insert(0, kTop - 1);
  CHECK(all(set) == std::vector<Interval>{{0, kTop}});
  CHECK(set.contains(kTop - 1));
  CHECK_FALSE(set.contains(kTop));
}

TEST_CASE("an interval set allocates only for many intervals and gives the memory back") {
  IntervalSet set;
  for (std::uint64_t i = 0; i < IntervalSet::kInlineIntervals; ++i) set.insert(i * 10, i * 10 + 5);
  CHECK(set.allocated_bytes() == 0);
  set.insert(100, 105);
  CHECK(set.allocated_bytes() > 0);
  set.insert(0, 200);
  CHECK(set.allocated_bytes() == 0);
  CHECK(all(set) == std::vector<Interval>{{0, 200}});
}

TEST_CASE("an interval set is copied and moved with its content") {
  IntervalSet set;
  for (std::uint64_t i = 0; i < 5; ++i) set.insert(i * 10, i * 10 + 5);
  IntervalSet copy = set;
  CHECK(copy == set);
  IntervalSet moved = std::move(copy);
  CHECK(moved == set);
  copy.insert(1, 2);
  CHECK(all(copy) == std::vector<Interval>{{1, 2}});
  copy = moved;
  CHECK(copy == set);
  CHECK(moved.pop_front() == Interval{0, 5});
  CHECK(moved.front() == Interval{10, 15});
  CHECK(moved.back() == Interval{40, 45});
  moved.clear();
  CHECK(moved.empty());
}

TEST_CASE("an interval set behaves like a set of numbers") {
  std::mt19937_64 random(GENERATE(range(0U, 20U)));
  IntervalSet set;
  std::set<std::uint64_t> model;
  for (int step = 0; step < 2000; ++step) {
    std::uint64_t begin = random() % 200;
    std::uint64_t end = begin + random() % (step % 3 == 0 ? 60 : 6);
    bool inserting = random() % 2 == 0;
    inserting ? set.insert(begin, end) : set.erase(begin, end);
    for (std::uint64_t i = begin; i < end; ++i)
      inserting ? void(model.insert(i)) : void(model.erase(i));
    if (random() % 16 == 0 && !set.empty()) {
      Interval lowest = set.pop_front();
      for (std::uint64_t i = lowest.begin; i < lowest.end; ++i) REQUIRE(model.erase(i) == 1);
      REQUIRE((model.empty() || *model.begin() > lowest.end));
    }

    std::vector<Interval> expected;
    for (std::uint64_t value : model) {
      if (!expected.empty() && expected.back().end == value) {
        ++expected.back().end;
      } else {
        expected.push_back({value, value + 1});
      }
    }
    REQUIRE(all(set) == expected);
    REQUIRE(std::vector<Interval>(set.rbegin(), set.rend()) ==
            std::vector<Interval>(expected.rbegin(), expected.rend()));

    std::uint64_t low = random() % 220;
    std::uint64_t high = low + random() % 20;
    bool any = false;
    bool every = true;
    for (std::uint64_t i = low; i < high; ++i) {
      any = any || model.contains(i);
      every = every && model.contains(i);
    }
    REQUIRE(set.contains(low) == model.contains(low));
    REQUIRE(set.overlaps(low, high) == any);
    REQUIRE(set.covers(low, high) == every);
    REQUIRE(set.first_gap(low, high).has_value() == !every);
    std::uint64_t missing = low;
    while (model.contains(missing)) ++missing;
    REQUIRE(set.first_missing(low) == missing);
  }
}
