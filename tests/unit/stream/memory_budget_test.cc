// SPDX-License-Identifier: MIT
//
// The rule by which sessions share memory, and when a session has had too much for too long.
#include "stream/memory_budget.h"

#include <catch2/catch.hpp>
#include <deque>

#include "stream/memory_account.h"

using namespace jetstream;
using namespace jetstream::stream;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t kMiB = 1024 * 1024;
constexpr std::size_t kFloor = MemoryBudget::kFloorBytes;
constexpr auto kReceiving = MemoryUse::kReceiving;
constexpr auto kSending = MemoryUse::kSending;
const Instant kStart{std::chrono::hours(1)};

/// An account that gives back what it holds when it goes.
struct Session : MemoryAccount {
  explicit Session(MemoryBudget& budget, std::uint32_t tag = 0) : MemoryAccount(&budget, tag) {}
  ~Session() {
    for (const MemoryUse use : {kReceiving, kSending}) remove(use, held(use));
  }
};

}  // namespace

TEST_CASE("a session gets an eighth of what is free then, to the byte [LIM-5]") {
  MemoryBudget budget(9 * kMiB);
  // 1 MiB taken leaves 8 MiB.
  CHECK(budget.allows(0, kMiB));
  CHECK_FALSE(budget.allows(0, kMiB + 1));
  CHECK(MemoryBudget::wanted(0, kMiB) == budget.free());
  budget.add(kMiB);
  CHECK(budget.allows(kMiB, 0));
  CHECK_FALSE(budget.allows(kMiB, 1));
  CHECK_FALSE(budget.allows(kMiB + 1, 0));
  CHECK(budget.credit() == kMiB);
  budget.add(9 * kMiB);
  CHECK(budget.held() == 10 * kMiB);
  CHECK(budget.free() == 0);
  CHECK(budget.credit() == kFloor);
  // The little that everybody may hold, whatever there is.
  CHECK(budget.allows(0, kFloor));
  CHECK(budget.allows(kFloor, 0));
  CHECK_FALSE(budget.allows(1, kFloor));
  budget.remove(10 * kMiB);
  CHECK((budget.held() == 0 && budget.peak() == 10 * kMiB));
}

TEST_CASE("sessions that take all they can leave enough to those that come [LIM-5]") {
  for (const std::size_t count : {1u, 4u, 16u, 100u}) {
    MemoryBudget budget(256 * kMiB);
    std::deque<Session> sessions;
    for (std::size_t i = 0; i < count; ++i) sessions.emplace_back(budget);
    for (bool more = true; more;) {
      more = false;
      for (Session& session : sessions) {
        for (const MemoryUse use : {kReceiving, kSending}) {
          if (!session.allows(use, 4096)) continue;
          session.add(use, 4096);
          more = true;
        }
      }
    }
    INFO(count << " sessions");
    // Both kinds each: 1 / (1 + count / 4).
    const std::size_t left = 4 * (budget.bytes_max() / (4 + count));
    CHECK(budget.free() >= left);
    CHECK(budget.free() <= left + left / 8);
    CHECK(Session(budget).allows(kReceiving, budget.free() / 9));
  }
}

TEST_CASE("what a session receives takes nothing from what it may send [LIM-5]") {
  MemoryBudget budget(9 * kMiB);
  Session session(budget);
  session.add(kReceiving, kMiB);
  CHECK_FALSE(session.allows(kReceiving, 1));
  CHECK(session.allows(kSending, 8 * kMiB / 9));
  CHECK_FALSE(session.allows(kSending, 8 * kMiB / 9 + 1));
}

TEST_CASE("steps of the budget: half, and a quarter [FLOW-11, FLOW-12]") {
  MemoryBudget budget(kMiB);
  budget.add(kMiB / 2);
  CHECK(budget.roomy());
  budget.add(1);
  CHECK_FALSE(budget.roomy());
  budget.add(kMiB / 4 - 1);
  CHECK(budget.may_grow());
  budget.add(1);
  CHECK_FALSE(budget.may_grow());
}

TEST_CASE("who waits is woken once there is enough, those that want least first [LIM-7]") {
  MemoryBudget budget(kMiB);
  Session holder(budget);
  holder.add(kReceiving, kMiB);
  Session large(budget, 7);
  Session small(budget, 9);
  large.wait_to_take(kSending, 64 * 1024);
  small.wait_to_take(kSending, 20 * 1024);
  CHECK(budget.waiting() == 2);
  CHECK_FALSE(budget.take_woken());
  const std::size_t enough = MemoryBudget::wanted(0, 20 * 1024);
  holder.remove(kReceiving, enough - 1);
  CHECK_FALSE(budget.take_woken());
  holder.remove(kReceiving, 1);
  CHECK(budget.take_woken() == 9u);
  small.on_woken();
  CHECK(small.allows(kSending, 20 * 1024));
  CHECK_FALSE(budget.take_woken());
  holder.remove(kReceiving, holder.held(kReceiving));
  CHECK(budget.take_woken() == 7u);
  large.on_woken();
  CHECK(budget.waiting() == 0);

  SECTION("a session waits once, for the least it wants") {
    holder.add(kReceiving, kMiB);
    small.wait_to_take(kSending, 30000);
    small.wait_to_take(kSending, 20000);
    small.wait_to_take(kSending, 40000);
    CHECK(budget.waiting() == 1);
    holder.remove(kReceiving, MemoryBudget::wanted(0, 20000));
    CHECK(budget.take_woken() == 9u);
    small.on_woken();
  }
  SECTION("what it gives back itself is looked at again") {
    small.add(kSending, 100000);
    holder.add(kReceiving, kMiB);
    small.wait_to_take(kSending, 1000);
    CHECK_FALSE(budget.wakes());
    small.remove(kSending, 100000);
    CHECK(budget.take_woken() == 9u);
    small.on_woken();
  }
  SECTION("one that is gone is forgotten") {
    holder.add(kReceiving, kMiB);
    {
      Session gone(budget, 3);
      gone.wait_to_take(kSending, 20000);
      gone.wait_for_credit(20000);
      CHECK(budget.waiting() == 1);
    }
    CHECK(budget.waiting() == 0);
  }
}

TEST_CASE("more than an eighth for ten seconds is too much while memory is short [LIM-8]") {
  MemoryBudget budget(16 * kMiB);
  Session session(budget);
  Session others(budget);
  session.add(kReceiving, kMiB);
  others.add(kSending, 8 * kMiB);  // 7 MiB are free
  CHECK(session.worth_watching());
  CHECK_FALSE(session.overdue(kStart));
  CHECK_FALSE(session.overdue(kStart + 10s - 1ns));

  SECTION("without a break") { CHECK(session.overdue(kStart + 10s)); }
  SECTION("but giving back once begins anew") {
    session.remove(kReceiving, kMiB / 8 + 1);
    session.add(kReceiving, kMiB / 4);
    CHECK_FALSE(session.overdue(kStart + 10s));
    CHECK_FALSE(session.overdue(kStart + 20s - 1ns));
    CHECK(session.overdue(kStart + 20s));
  }
  SECTION("giving back too little is no break") {
    session.remove(kReceiving, 1000);
    CHECK(session.overdue(kStart + 10s));
  }
  SECTION("half of it free is plenty") {
    others.remove(kSending, kMiB);
    CHECK_FALSE(session.overdue(kStart + 10s));
    CHECK_FALSE(session.overdue(kStart + 60s));
  }
  SECTION("each kind counts") {
    session.remove(kReceiving, kMiB);
    session.add(kSending, kMiB);
    CHECK_FALSE(session.overdue(kStart + 10s));
    CHECK(session.overdue(kStart + 20s));
  }
}

TEST_CASE("what stays below the floor is nobody's trouble [LIM-8]") {
  MemoryBudget budget(kMiB);
  Session others(budget);
  others.add(kReceiving, kMiB);
  Session session(budget);
  session.add(kReceiving, kFloor);
  session.add(kSending, kFloor);
  CHECK_FALSE(session.worth_watching());
  CHECK_FALSE(session.overdue(kStart));
  CHECK_FALSE(session.overdue(kStart + 60s));
  session.add(kSending, 1);
  CHECK(session.worth_watching());
  CHECK_FALSE(session.overdue(kStart + 60s));
  CHECK(session.overdue(kStart + 70s));
}

TEST_CASE("without a budget everything is allowed") {
  MemoryAccount account(nullptr, 0);
  account.add(kReceiving, 100 * kMiB);
  CHECK(account.allows(kReceiving, 100 * kMiB));
  account.wait_to_take(kReceiving, 1);
  CHECK_FALSE(account.worth_watching());
  CHECK_FALSE(account.overdue(kStart));
  account.remove(kReceiving, 100 * kMiB);
}
