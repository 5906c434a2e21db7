// SPDX-License-Identifier: MIT
#include "daemon/admin/explain_report.h"

#include <catch2/catch.hpp>

namespace jetstream::daemon {
namespace {

using namespace std::chrono_literals;
using control::UnixTime;

const PeerAddress kClient = PeerAddress::v4({192, 0, 2, 7}, 0);
const ClockReading kClocks{Instant(5000s), UnixTime(1'000'000'000'000)};

AddressBlock block(std::string_view text) { return parse_address_block(text).value(); }

struct Scene {
  Config config = default_config();
  BanBook bans;
  std::vector<ExplainPart> parts;

  ExplainPart& add(HelloFate unproven, HelloFate proven) {
    ExplainPart& part = parts.emplace_back();
    part.outlook.unproven = unproven;
    part.outlook.proven = proven;
    part.outlook.source = {.block = {.ip = kClient.ip},
                           .handshakes_per_second = 50,
                           .handshake_burst = 100,
                           .handshake_tokens = 100,
                           .since = std::nullopt,
                           .sessions_max = 2048};
    return part;
  }
  control::ExplainReport report(const PeerAddress& address = kClient) const {
    return explain_report(address, parts, config, bans, kClocks);
  }
};

}  // namespace

TEST_CASE("a client that all endpoints would accept is accepted") {
  Scene scene;
  scene.add(HelloFate::kAccepted, HelloFate::kAccepted);
  scene.add(HelloFate::kAccepted, HelloFate::kAccepted);
  const auto report = scene.report();
  CHECK(report.address == "192.0.2.7");
  CHECK(report.verdict == "accepted");
  CHECK(report.answer == "a new client from there would be accepted");
  CHECK(report.unproven == control::NamedCounts{{"accepted", 2}});
  CHECK(report.access == "none");
  CHECK_FALSE(report.access_origin);
  CHECK(report.bans.empty());
  CHECK(report.retry == "auto");
  CHECK(report.source.handshakes_per_second == 100);
  CHECK(report.source.handshake_tokens == 200);
  CHECK(report.source.sessions_max == 4096);
  CHECK_FALSE(report.source.since);
  PeerAddress with_port = kClient;
  with_port.port = 9;
  CHECK(scene.report(with_port).address == "192.0.2.7:9");
}

TEST_CASE("what comes after the proof is said with it") {
  Scene scene;
  scene.add(HelloFate::kRetry, HelloFate::kAccepted);
  CHECK(scene.report().verdict == "proof_first");
  CHECK(scene.report().answer ==
        "a new client from there would be asked to prove its address, and then be accepted");
  scene.parts.clear();
  scene.add(HelloFate::kRetry, HelloFate::kSourceRate);
  CHECK(scene.report().verdict == "refused");
  CHECK(scene.report().answer ==
        "a new client from there would be asked to prove its address, and then be dropped for now: "
        "192.0.2.7 had too many handshakes lately");
}

TEST_CASE("endpoints that don't agree are counted") {
  Scene scene;
  scene.add(HelloFate::kAccepted, HelloFate::kAccepted);
  scene.add(HelloFate::kServerFull, HelloFate::kServerFull);
  scene.add(HelloFate::kServerFull, HelloFate::kServerFull);
  CHECK(scene.report().verdict == "varies");
  CHECK(scene.report().answer ==
        "a new client from there would be accepted (on 1 endpoint); refused: the server is full "
        "(on 2 endpoints)");
  CHECK(scene.report().proven == control::NamedCounts{{"accepted", 1}, {"server_full", 2}});
}

TEST_CASE("a ban is told with its end, its owner and its reason, the smallest first") {
  Scene scene;
  scene.add(HelloFate::kBanned, HelloFate::kBanned);
  (void)scene.bans.add({.block = block("192.0.0.0/16"), .origin = BanOrigin::kAuto});
  (void)scene.bans.add({.block = block("192.0.2.0/24"),
                        .uid = 1000,
                        .reason = "scans",
                        .until = UnixTime(1'000'000'060'000)});
  (void)scene.bans.add(
      {.block = block("192.0.2.7"), .until = UnixTime(1'000'000'000'000)});  // over
  (void)scene.bans.add({.block = block("198.51.100.0/24")});
  const auto report = scene.report();
  CHECK(report.verdict == "refused");
  CHECK(report.answer ==
        "a new client from there would be dropped unread: banned, 192.0.2.0/24 until "
        "2001-09-09T01:47:40.000Z, by uid 1000: scans");
  REQUIRE(report.bans.size() == 2);
  CHECK(report.bans[0].block == "192.0.2.0/24");
  CHECK(report.bans[1].block == "192.0.0.0/16");
}

TEST_CASE("an access rule is told with the place it stands at") {
  Scene scene;
  scene.add(HelloFate::kDenied, HelloFate::kDenied);
  scene.config.access_deny = {block("192.0.2.0/24")};
  scene.config.origins["access.deny"] = "/etc/j.yaml:12";
  auto report = scene.report();
  CHECK(report.access == "denied");
  CHECK(report.access_block == "192.0.2.0/24");
  CHECK(report.access_origin == "/etc/j.yaml:12");
  CHECK(report.answer ==
        "a new client from there would be dropped unread: access.deny has 192.0.2.0/24 "
        "(/etc/j.yaml:12)");
  scene.config.access_deny.clear();
  scene.config.access_allow = {block("10.0.0.0/8")};
  scene.config.origins["access.allow"] = "/etc/j.yaml:11";
  report = scene.report();
  CHECK(report.access == "not_allowed");
  CHECK(report.answer ==
        "a new client from there would be dropped unread: access.allow (/etc/j.yaml:11) does not "
        "have it");
  scene.config.access_allow = {block("192.0.2.0/24")};
  report = scene.report();
  CHECK(report.access == "allowed");
  CHECK(report.access_origin == "/etc/j.yaml:11");
}

TEST_CASE("every fate has its words") {
  for (std::size_t i = 0; i < kHelloFateCount; ++i) {
    Scene scene;
    scene.add(static_cast<HelloFate>(i), static_cast<HelloFate>(i));
    const auto report = scene.report();
    INFO(to_string(static_cast<HelloFate>(i)));
    CHECK(report.answer.size() > std::string("a new client from there would be ").size());
    CHECK(report.unproven[0].first == to_string(static_cast<HelloFate>(i)));
    CHECK(report.verdict != "varies");
    CHECK((report.verdict == "accepted") == (i == 0));
  }
}

TEST_CASE("what several endpoints know of a source is summed up") {
  SourceInfo one{.block = {.ip = kClient.ip},
                 .handshakes_per_second = 50,
                 .handshake_burst = 100,
                 .handshake_tokens = 30,
                 .handshakes_limited = 4,
                 .since = Instant(4990s),
                 .sessions = 3,
                 .sessions_max = 10};
  SourceInfo other = one;
  other.handshake_tokens = 0;
  other.since = Instant(4000s);
  const auto row = source_row({one, other}, 3, kClocks);
  CHECK(row.source == "192.0.2.7");
  CHECK(row.handshakes_per_second == 150);
  CHECK(row.handshake_burst == 300);
  CHECK(row.handshake_tokens == 130);  // the third has not heard of it
  CHECK(row.handshakes_limited == 8);
  CHECK(row.since == UnixTime(1'000'000'000'000 - 1'000'000));
  CHECK(row.sessions == 6);
  CHECK(row.sessions_max == 30);
  CHECK(is_limited(row));
}

TEST_CASE("a source is limited while a limit concerns it") {
  control::SourceRow row{.source = "192.0.2.7",
                         .handshakes_per_second = 10,
                         .handshake_burst = 20,
                         .handshake_tokens = 1,
                         .since = std::nullopt,
                         .sessions = 4,
                         .sessions_max = 5};
  CHECK_FALSE(is_limited(row));
  row.handshake_tokens = 0;
  CHECK(is_limited(row));
  row.handshakes_per_second.reset();
  CHECK_FALSE(is_limited(row));
  row.sessions = 5;
  CHECK(is_limited(row));
  row.exempt = true;
  CHECK_FALSE(is_limited(row));
}

TEST_CASE("sessions and ends are told in order, ten of each") {
  Scene scene;
  for (std::uint64_t endpoint = 0; endpoint < 2; ++endpoint) {
    ExplainPart& part = scene.add(HelloFate::kAccepted, HelloFate::kAccepted);
    part.sessions_here = 20;
    for (std::uint64_t i = 1; i <= 10; ++i) {
      part.sessions.push_back({SessionId(2 * i + endpoint), "192.0.2.7:1", 0});
      part.closed.push_back({SessionId(100 + i), "192.0.2.7:1", "normal", "no_error",
                             UnixTime(static_cast<std::int64_t>(1000 - 2 * i - endpoint))});
    }
  }
  const auto report = scene.report();
  CHECK(report.sessions_here == 40);
  REQUIRE(report.sessions.size() == control::kExplainRowsMax);
  CHECK(report.sessions[0].id == SessionId(2));
  CHECK(report.sessions[1].id == SessionId(3));
  REQUIRE(report.closed.size() == control::kExplainRowsMax);
  CHECK(report.closed[0].ended_at == UnixTime(998));
  CHECK(report.closed[1].ended_at == UnixTime(997));
}

}  // namespace jetstream::daemon
