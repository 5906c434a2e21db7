// SPDX-License-Identifier: MIT
#include "daemon/app/limit_suggestions.h"

#include <algorithm>
#include <catch2/catch.hpp>

namespace jetstream::daemon {
namespace {

using namespace std::chrono_literals;

constexpr Instant kStart{5000s};

Config small_config() {
  Config config = default_config();
  config.workers = 1;
  config.handshake_rate_per_source = 100;
  config.limits.messages_per_second = 0;
  return config;
}

void add(UsageHistogram& histogram, std::uint64_t value, int times) {
  for (int i = 0; i < times; ++i) histogram.add(value);
}

control::LimitSuggestionRow row(const Usage& usage, std::string_view key,
                                const Config& config = small_config(),
                                const EndpointStats& total = {}) {
  const auto rows = suggest_limits({.usage = usage, .time = 1h}, total, config);
  const auto found = std::ranges::find(rows, key, &control::LimitSuggestionRow::key);
  REQUIRE(found != rows.end());
  return *found;
}

UsageHistogram& of(Usage& usage, RateLimit limit) {
  return usage.limits[static_cast<std::size_t>(limit)];
}

}  // namespace

TEST_CASE("nothing is suggested before enough was seen, and that is said") {
  Usage usage;
  add(usage.source_handshakes, 3, static_cast<int>(kSeenEnough) - 1);
  const auto early = row(usage, "handshake.rate_per_source");
  CHECK_FALSE(early.suggested);
  CHECK_FALSE(early.above_suggested);
  CHECK(early.seen == kSeenEnough - 1);
  CHECK(early.p99_9 == 3);
  CHECK(early.above_current == 0.0);
  usage.source_handshakes.add(3);
  const auto then = row(usage, "handshake.rate_per_source");
  CHECK(then.suggested == 5);
  CHECK(then.remark.empty());
  const auto nothing = row(Usage{}, "handshake.rate_per_source");
  CHECK_FALSE(nothing.above_current);
  CHECK(nothing.max == 0);
}

TEST_CASE("half as much again as what nearly all stay within is suggested, in round numbers") {
  Usage usage;
  add(usage.source_handshakes, 8, 9980);
  add(usage.source_handshakes, 14, 15);
  add(usage.source_handshakes, 5000, 5);
  const auto some = row(usage, "handshake.rate_per_source");
  CHECK(some.p50 == 8);
  CHECK(some.p99_9 == 14);
  CHECK(some.max == 5000);
  CHECK(some.current == 100);
  CHECK(some.suggested == 21);
  const double all = 8.0 * 9980 + 14 * 15 + 5000 * 5;
  CHECK(*some.above_current == Approx(5 * 4900 / all));
  CHECK(*some.above_suggested == Approx(5 * 4979 / all));
}

TEST_CASE("a suggestion is never more than the key takes") {
  Usage usage;
  add(usage.source_sessions, 1'000'000, 2000);
  CHECK(row(usage, "sessions.max_per_source").suggested == 1'048'576u);
}

TEST_CASE("the busier direction is the one that counts, and a limit that is off has no excess") {
  Usage usage;
  add(of(usage, RateLimit::kSessionMessagesReceived), 2, 5000);
  add(of(usage, RateLimit::kSessionMessagesSent), 200, 1000);
  const auto messages = row(usage, "limits.session.messages_per_second");
  CHECK_FALSE(messages.current);
  CHECK_FALSE(messages.above_current);
  CHECK(messages.seen == 1000);
  CHECK(messages.suggested == 300);
}

TEST_CASE("what an endpoint sees of a source counts for its share of the limit") {
  Config config = small_config();
  config.workers = 4;
  Usage usage;
  add(usage.source_handshakes, 10, 1000);
  add(usage.source_handshakes, 30, 1);
  const auto some = row(usage, "handshake.rate_per_source", config);
  CHECK(some.p50 == 40);
  CHECK(some.max == 120);
  CHECK(some.suggested == 60);
  // A quarter of 100 is what each lets pass.
  CHECK(*some.above_current == Approx(5.0 / 10'030));
}

TEST_CASE("what a limit in force has held back is told, because more may have been wanted") {
  Usage usage;
  add(of(usage, RateLimit::kSessionBytesSent), 1000, 1000);
  EndpointStats total;
  total.rate_limit_waits[static_cast<std::size_t>(RateLimit::kSessionBytesSent)] = 3;
  total.rate_limit_drops[static_cast<std::size_t>(RateLimit::kSessionBytesReceived)] = 2;
  const auto some = row(usage, "limits.session.bytes_per_second", small_config(), total);
  CHECK(some.held_back == 5);
  CHECK(some.remark.find("limits.mode: observe") != std::string::npos);
  CHECK(some.suggested == 1500);
}

TEST_CASE("what passes of the global limits is told as a rate, whenever it is looked at") {
  LimitUsage usage(kStart);
  EndpointStats total;
  auto& passed =
      total.rate_limit_passed[static_cast<std::size_t>(RateLimit::kGlobalMessagesReceived)];
  usage.look(kStart, total);
  passed = 100;
  usage.look(kStart + 1s, total);
  passed = 400;
  usage.look(kStart + 3s, total);
  usage.look(kStart + 4s, total);  // nothing passed
  usage.look(kStart + 4s, total);
  Usage seen = usage.seen(kStart + 4s).usage;
  const UsageHistogram& rates = of(seen, RateLimit::kGlobalMessagesReceived);
  CHECK(rates.count() == 2);
  CHECK(rates.sum() == 100 + 150);
}

TEST_CASE("usage of a day is remembered, and what is older is forgotten") {
  LimitUsage usage(kStart);
  Usage first;
  add(first.source_handshakes, 9, 1);
  usage.add(first);
  Instant now = kStart;
  for (std::size_t i = 0; i + 1 < LimitUsage::kSlices; ++i) {
    CHECK_FALSE(usage.is_due(now + 1h - 1ns));
    now += 1h;
    REQUIRE(usage.is_due(now));
    usage.turn(now);
  }
  CHECK(usage.seen(now).usage.source_handshakes.count() == 1);
  CHECK(usage.seen(now + 59min).time == 23h + 59min);
  now += 1h;
  usage.turn(now);
  CHECK(usage.seen(now).usage.source_handshakes.count() == 0);
  CHECK(usage.seen(now).time == 23h);
}

}  // namespace jetstream::daemon
