// SPDX-License-Identifier: MIT
#include "daemon/admin/session_pages.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "daemon/admin/row_query.h"
#include "support/seeded_random.h"
#include "unit/endpoint/lone_endpoint.h"

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

/// A server with sessions 1 to `count`.
std::unique_ptr<testing::LoneEndpoint> server_with(std::uint16_t count) {
  using namespace testing;
  auto server = std::make_unique<LoneEndpoint>(server_config());
  for (std::uint16_t i = 1; i <= count; ++i) {
    RawClient client(kStart, server_trust(), {}, 100u + i);
    const PeerAddress address = PeerAddress::v4({198, 51, 100, 2}, i);
    const SentList flight = server->exchange(address, client.hello());
    REQUIRE(flight.size() == 1);
    REQUIRE(client.take_flight(flight[0].bytes));
    server->exchange(address, client.finished());
  }
  return server;
}

SessionPage page_of(testing::LoneEndpoint& server, const SessionQuery& query) {
  PageMaker maker(std::make_shared<const SessionQuery>(query), 0);
  std::optional<SessionPage> made;
  while (!(made = maker.step(*server.operator->(), {server.now, control::UnixTime(0)}))) {
  }
  return *std::move(made);
}

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

TEST_CASE(
    "A page begins behind the last row of the page before, and says whether another follows") {
  const auto server = server_with(5);
  SessionQuery query = query_of(2);
  struct Expected {
    std::optional<std::uint64_t> after;
    Ids ids;
    bool more;
  };
  for (const Expected& expected :
       {Expected{std::nullopt, {1, 2}, true}, Expected{0, {1, 2}, true}, Expected{2, {3, 4}, true},
        Expected{3, {4, 5}, false}, Expected{4, {5}, false}, Expected{5, {}, false},
        Expected{UINT64_MAX, {}, false}}) {
    query.after.reset();
    if (expected.after) query.after = SessionId(*expected.after);
    const SessionPage page = page_of(*server, query);
    INFO(expected.after.value_or(99));
    CHECK(ids_of(page.rows) == expected.ids);
    CHECK(page.more == expected.more);
    CHECK(page.table_size == 5);
  }
}

TEST_CASE("Only rows that the filter lets through are more to come") {
  const auto server = server_with(5);
  SessionQuery query = query_of(2);
  for (const auto& [filter, more] : {std::pair("id <= 2", false), std::pair("id <= 3", true)}) {
    query.filter = read_filter<control::SessionRow>(std::string(filter)).value();
    CHECK(ids_of(page_of(*server, query).rows) == Ids{1, 2});
    CHECK(page_of(*server, query).more == more);
  }
}

TEST_CASE("More is to come if one worker has more, or if all together have more than a page") {
  const auto more = [](std::size_t limit, std::vector<SessionPage> pages) {
    return merge_pages(query_of(limit), std::move(pages)).more;
  };
  CHECK(more(2, {page({1, 2}, true, 3), page({}, false, 0)}));
  CHECK(more(2, {page({}, false, 0), page({1, 2}, true, 3)}));
  CHECK(more(2, {page({1, 2}, false, 2), page({3}, false, 1)}));
  CHECK(more(2, {page({1, 4}, true, 3), page({2, 3}, true, 3)}));
  CHECK_FALSE(more(3, {page({1, 2}, false, 2), page({3}, false, 1)}));
  CHECK_FALSE(more(1, {page({}, false, 0), page({}, false, 0)}));
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
