// SPDX-License-Identifier: MIT
#include "daemon/admin/close_plans.h"

#include <catch2/catch.hpp>
#include <set>

#include "support/seeded_random.h"

namespace jetstream::daemon {
namespace {

using namespace std::chrono_literals;
using jetstream::testing::SeededRandom;

constexpr Instant kNow{1000s};
constexpr uid_t kAna = 1000, kBob = 1001;

ClosePlan plan_of(uid_t uid, std::vector<SessionId> ids = {SessionId(1)}) {
  return {uid, "id > 0", {}, std::move(ids)};
}

}  // namespace

TEST_CASE("A plan can be taken once, by its owner only, for five minutes") {
  SeededRandom random(1);
  ClosePlans plans(random);
  const auto token = plans.add(kNow, plan_of(kAna, {SessionId(3), SessionId(9)}));
  REQUIRE(token);
  CHECK(token->size() == 16);
  CHECK_FALSE(plans.take(kNow, *token, kBob));
  CHECK_FALSE(plans.take(kNow, "0123456789abcdef", kAna));
  CHECK_FALSE(plans.take(kNow, "", kAna));
  const auto plan = plans.take(kNow + ClosePlans::kLifetime - 1ns, *token, kAna);
  REQUIRE(plan);
  CHECK(plan->ids == std::vector{SessionId(3), SessionId(9)});
  CHECK(plan->filter_text == "id > 0");
  CHECK_FALSE(plans.take(kNow, *token, kAna));

  const auto late = plans.add(kNow, plan_of(kAna));
  CHECK_FALSE(plans.take(kNow + ClosePlans::kLifetime, *late, kAna));
  CHECK(plans.size() == 0);
}

TEST_CASE("A plan that has expired takes no room, whether anybody asks for plans or not") {
  SeededRandom random(4);
  ClosePlans plans(random);
  REQUIRE(plans.add(kNow, plan_of(kAna)));
  REQUIRE(plans.add(kNow + 1s, plan_of(kBob)));
  plans.forget_old(kNow + ClosePlans::kLifetime - 1ns);
  CHECK(plans.size() == 2);
  plans.forget_old(kNow + ClosePlans::kLifetime);
  CHECK(plans.size() == 1);
  plans.forget_old(kNow + ClosePlans::kLifetime + 1s);
  CHECK(plans.size() == 0);
}

TEST_CASE("Whoever makes too many plans loses the oldest, and nobody takes all the room") {
  SeededRandom random(2);
  ClosePlans plans(random);
  std::vector<std::string> own;
  for (std::size_t i = 0; i <= ClosePlans::kPlansOfOneMax; ++i) {
    own.push_back(plans.add(kNow + std::chrono::seconds(i), plan_of(kAna)).value());
  }
  CHECK(std::set(own.begin(), own.end()).size() == own.size());
  CHECK(plans.size() == ClosePlans::kPlansOfOneMax);
  CHECK_FALSE(plans.take(kNow + 9s, own[0], kAna));
  CHECK(plans.take(kNow + 9s, own[1], kAna));

  uid_t uid = 2000;
  while (plans.size() < ClosePlans::kPlansMax) REQUIRE(plans.add(kNow + 9s, plan_of(uid++)));
  CHECK_FALSE(plans.add(kNow + 9s, plan_of(kBob)));
  CHECK(plans.size() == ClosePlans::kPlansMax);
  // Those that have expired make room.
  CHECK(plans.add(kNow + ClosePlans::kLifetime + 5s, plan_of(kBob)));
}

TEST_CASE("A set has grown if one is in it that was not before, however many have gone") {
  const auto ids = [](std::initializer_list<std::uint64_t> numbers) {
    std::vector<SessionId> made;
    for (const std::uint64_t number : numbers) made.emplace_back(number);
    return made;
  };
  CHECK_FALSE(first_new(ids({1, 2, 3}), ids({1, 2, 3})));
  CHECK_FALSE(first_new(ids({1, 2, 3}), ids({2})));
  CHECK_FALSE(first_new(ids({1, 2, 3}), ids({})));
  CHECK_FALSE(first_new(ids({}), ids({})));
  CHECK(first_new(ids({1, 2, 3}), ids({1, 4})) == SessionId(4));
  CHECK(first_new(ids({2, 4}), ids({1, 2})) == SessionId(1));
  CHECK(first_new(ids({2, 4}), ids({2, 3, 4})) == SessionId(3));
  CHECK(first_new(ids({}), ids({5})) == SessionId(5));
}

}  // namespace jetstream::daemon
