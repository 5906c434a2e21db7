// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>
#include <map>

#include "endpoint/id_index.h"
#include "support/seeded_random.h"

using namespace jetstream;
using namespace jetstream::testing;
using endpoint::IdIndex;

namespace {

using Model = std::map<std::uint64_t, std::uint32_t>;

/// What a walk of pieces of `limit` sees from `first` on.
std::vector<std::uint32_t> walk(const IdIndex& index, std::uint64_t first, std::size_t limit) {
  std::vector<std::uint32_t> seen;
  std::optional<SessionId> next = SessionId(first);
  while (next) {
    const std::size_t before = seen.size();
    next = index.visit(*next, limit, [&](std::uint32_t slot) { seen.push_back(slot); });
    REQUIRE(seen.size() - before <= limit);
    if (next) REQUIRE(seen.size() - before == limit);
  }
  return seen;
}

std::vector<std::uint32_t> slots_from(const Model& model, std::uint64_t first) {
  std::vector<std::uint32_t> slots;
  for (auto at = model.lower_bound(first); at != model.end(); ++at) slots.push_back(at->second);
  return slots;
}

void check_against(const IdIndex& index, const Model& model, SeededRandom& random) {
  REQUIRE(index.size() == model.size());
  REQUIRE(index.capacity() <= 4 * model.size() + IdIndex::kBlockEntries);
  REQUIRE(walk(index, 0, 1 + random.below(300)) == slots_from(model, 0));
  const std::uint64_t first = random.below(model.empty() ? 10 : model.rbegin()->first + 10);
  REQUIRE(walk(index, first, 7) == slots_from(model, first));
}

}  // namespace

TEST_CASE("an index of ids agrees with a plain map whatever is put in and taken out") {
  for (const std::uint64_t seed : {1u, 2u, 3u}) {
    SeededRandom random(seed);
    IdIndex index;
    Model model;
    std::uint64_t last = 0;
    for (std::uint32_t i = 0; i < 30000; ++i) {
      // Phases of growing and of shrinking, so that blocks fill, split, join and go.
      const bool grows = (i / 5000) % 2 == 0 ? random.below(10) < 7 : random.below(10) < 3;
      if (grows) {
        // Mostly counting up, as sessions that wait for their handshake do; some anywhere.
        const std::uint64_t id =
            random.below(8) == 0 ? random.below(last + 1) : last + random.below(5);
        last = std::max(last, id);
        index.put(SessionId(id), i);
        model[id] = i;
      } else if (!model.empty()) {
        auto at = model.lower_bound(random.below(last + 1));
        if (at == model.end()) at = model.begin();
        index.erase(SessionId(at->first), at->second + 1);  // another's: without effect
        REQUIRE(index.find(SessionId(at->first)) == at->second);
        index.erase(SessionId(at->first), at->second);
        REQUIRE_FALSE(index.find(SessionId(at->first)));
        index.erase(SessionId(at->first), at->second);  // the second time without effect
        model.erase(at);
      }
      if (i % 250 == 0) check_against(index, model, random);
    }
    for (const auto& [id, slot] : model) REQUIRE(index.find(SessionId(id)) == slot);
    while (!model.empty()) {
      index.erase(SessionId(model.begin()->first), model.begin()->second);
      model.erase(model.begin());
    }
    CHECK(index.size() == 0);
    CHECK(index.capacity() == 0);
  }
}

TEST_CASE("an index of ids that count up takes hardly more room than the ids") {
  IdIndex index;
  for (std::uint32_t i = 1; i <= 100'000; ++i) index.put(SessionId(i), i);
  CHECK(index.capacity() < 100'000 + IdIndex::kBlockEntries);
  // Nine of ten go, and the room with them.
  for (std::uint32_t i = 1; i <= 100'000; ++i) {
    if (i % 10 != 0) index.erase(SessionId(i), i);
  }
  CHECK(index.capacity() <= 4 * index.size());
  CHECK(walk(index, 0, 100).size() == 10'000);
}

TEST_CASE("a walk over an index of ids stops at its limit and says where to go on") {
  IdIndex index;
  const auto ignore = [](std::uint32_t) {};
  CHECK_FALSE(index.visit(SessionId(0), 10, ignore));
  for (std::uint32_t i = 1; i <= 300; ++i) index.put(SessionId(2 * i), i);
  CHECK(index.visit(SessionId(0), 0, ignore) == SessionId(2));
  CHECK(index.visit(SessionId(3), 1, ignore) == SessionId(6));
  CHECK(index.visit(SessionId(2), 128, ignore) == SessionId(258));  // at a block's end
  CHECK(index.visit(SessionId(2), 299, ignore) == SessionId(600));
  CHECK_FALSE(index.visit(SessionId(2), 300, ignore));
  CHECK_FALSE(index.visit(SessionId(601), 1, ignore));
}
