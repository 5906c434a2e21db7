// SPDX-License-Identifier: MIT
#include "daemon/session_pages.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "daemon/row_query.h"
#include "support/seeded_random.h"

namespace jetstream::daemon {
namespace {

using testing::SeededRandom;

SessionQuery query_of(std::size_t limit, std::optional<std::string> sort = std::nullopt) {
  SessionQuery query;
  query.limit = limit;
  query.order = read_order<control::SessionRow>(sort).value();
  return query;
}

control::SessionRow row_of(std::uint64_t id, std::uint64_t rx_bytes = 0) {
  control::SessionRow row;
  row.id = SessionId(id);
  row.rx_bytes = rx_bytes;
  return row;
}

SessionPage page(std::vector<std::uint64_t> ids, bool more, std::uint64_t size) {
  SessionPage made;
  for (std::uint64_t id : ids) made.rows.push_back(row_of(id));
  made.more = more;
  made.table_size = size;
  return made;
}

std::vector<std::uint64_t> ids_of(const std::vector<control::SessionRow>& rows) {
  std::vector<std::uint64_t> ids;
  for (const auto& row : rows) ids.push_back(row.id.value());
  return ids;
}

using Ids = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("The first rows of many are those that sorting all of them brings to the front") {
  SeededRandom random(11);
  for (const char* sort : {"rx_bytes", "-rx_bytes", "id", "-id"}) {
    for (const std::size_t limit : {1u, 7u, 100u, 400u}) {
      const SessionQuery query = query_of(limit, sort);
      FirstRows first(query);
      std::vector<control::SessionRow> all;
      for (std::uint64_t id = 1; id <= 300; ++id) {
        all.push_back(row_of(id, random.below(40)));  // many are equal
      }
      for (std::size_t i = all.size() - 1; i > 0; --i) std::swap(all[i], all[random.below(i + 1)]);
      for (const auto& row : all) first.offer(row);
      std::sort(all.begin(), all.end(), [&](const auto& a, const auto& b) {
        const std::pair left(query.order->key(control::RowSubject(a)), a.id);
        const std::pair right(query.order->key(control::RowSubject(b)), b.id);
        return left < right;
      });
      CHECK(first.cut() == (limit < all.size()));
      all.resize(std::min(limit, all.size()));
      CHECK(ids_of(first.take()) == ids_of(all));
    }
  }
}

TEST_CASE("Rows without an order come by their ids") {
  const SessionQuery query = query_of(3);
  FirstRows first(query);
  for (const std::uint64_t id : {9u, 2u, 7u, 1u, 8u}) first.offer(row_of(id));
  CHECK(first.cut());
  CHECK(ids_of(first.take()) == Ids{1, 2, 7});
}

TEST_CASE("The pages of the workers become one in the order of ids") {
  const SessionPage merged = merge_pages(
      query_of(4), {page({2, 5}, true, 10), page({}, false, 0), page({1, 3, 9}, false, 3)});
  CHECK(ids_of(merged.rows) == Ids{1, 2, 3, 5});
  CHECK(merged.more);
  CHECK(merged.table_size == 13);
  CHECK(merged.matched == 13u);

  const SessionPage exact = merge_pages(query_of(2), {page({2}, false, 1), page({1}, false, 1)});
  CHECK(ids_of(exact.rows) == Ids{1, 2});
  CHECK_FALSE(exact.more);
  CHECK(merge_pages(query_of(5), {}).rows.empty());
}

TEST_CASE("How many match is known only if every worker has looked at all of its sessions") {
  SessionQuery query = query_of(2);
  query.filter = read_filter<control::SessionRow>("id > 0").value();
  SessionPage all = page({1}, false, 5);
  all.matched = 1;
  const SessionPage some = page({2}, true, 5);
  CHECK(merge_pages(query, {all, all}).matched == 2u);
  CHECK_FALSE(merge_pages(query, {all, some}).matched);
  CHECK_FALSE(merge_pages(query, {some, all}).matched);
}

}  // namespace jetstream::daemon
