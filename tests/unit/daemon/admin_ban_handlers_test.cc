// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>
#include <memory>
#include <sstream>

#include "admin_fake_backend.h"
#include "daemon/admin/admin_handlers.h"

namespace jetstream::daemon {
namespace {

using control::Access;
using control::ErrorCode;

struct Answer {
  std::vector<control::Reply> items;
  control::Reply last;

  template <class Report>
  Report report() const {
    INFO(last.failure.message);
    REQUIRE(last.kind == control::ReplyKind::kResult);
    return control::read_report<Report>(last.data).value();
  }
  std::string blocks() const {
    std::string joined;
    for (const auto& item : items) {
      joined += control::read_report<control::BanRow>(item.data).value().block + " ";
    }
    return joined;
  }
};

struct Fixture {
  testing::FakeBackend backend;
  std::vector<AuditRecord> audited;
  AdminHandlers handlers{backend.parts(),
                         [this](const AuditRecord& record) { audited.push_back(record); }};

  Answer ask(const std::string& command, const std::string& args = "", uid_t uid = 1000,
             Access role = Access::kOperate) {
    const auto request =
        control::parse_request("{\"cmd\":\"" + command + "\",\"args\":{" + args + "}}");
    if (!request) FAIL(request.error().failure.message);
    std::string lines;
    handlers.handle(*request, {{uid, 2000, 77, {}}, role},
                    [&lines](std::string given) { lines = std::move(given); });
    Answer answer;
    std::istringstream stream(lines);
    for (std::string line; std::getline(stream, line);) {
      answer.items.push_back(control::parse_reply(line).value());
    }
    REQUIRE_FALSE(answer.items.empty());
    answer.last = answer.items.back();
    answer.items.pop_back();
    return answer;
  }
  control::Failure refused(const std::string& command, const std::string& args = "",
                           uid_t uid = 1000) {
    const Answer answer = ask(command, args, uid);
    REQUIRE(answer.last.kind == control::ReplyKind::kError);
    return answer.last.failure;
  }
  std::uint64_t begin_load(uid_t uid = 1000) {
    return ask("ban.load_begin", "", uid).report<control::BanLoadReport>().load;
  }
};

}  // namespace

TEST_CASE("ban.add says what it did, who did it and until when") {
  Fixture f;
  const auto report = f.ask("ban.add", R"("block":"192.0.2.0/24","for_ms":60000,"reason":"scans")")
                          .report<control::BanReport>();
  CHECK(report.outcome == "added");
  CHECK(report.ban.block == "192.0.2.0/24");
  CHECK(report.ban.origin == "admin");
  CHECK(report.ban.uid == 1000);
  CHECK(report.ban.reason == "scans");
  CHECK(report.ban.left_ms == 60000);
  CHECK_FALSE(report.unsaved);
  CHECK(f.ask("ban.add", R"("block":"192.0.2.0/24")").report<control::BanReport>().outcome ==
        "replaced");
  REQUIRE(f.audited.size() == 2);
  CHECK(f.audited[0].target == "192.0.2.0/24");
  CHECK_FALSE(f.audited[0].error);
  REQUIRE(f.backend.filters.size() == 2);
}

TEST_CASE("ban.add refuses what is no block, what is risky and what is not printable") {
  Fixture f;
  const auto host_bits = f.refused("ban.add", R"("block":"192.0.2.1/24")");
  CHECK(host_bits.code == ErrorCode::kInvalidArgument);
  CHECK(host_bits.message.find("192.0.2.0/24 or 192.0.2.1?") != std::string::npos);
  CHECK(f.refused("ban.add", R"("block":"127.0.0.9")").code == ErrorCode::kPreconditionFailed);
  CHECK(f.refused("ban.add", R"("block":"0.0.0.0/0")").code == ErrorCode::kPreconditionFailed);
  CHECK(f.refused("ban.add", "\"block\":\"192.0.2.1\",\"reason\":\"\xc3\xa4\"").code ==
        ErrorCode::kInvalidArgument);
  CHECK(f.backend.access.book().bans().empty());
  CHECK(f.audited.size() == 4);
  CHECK(f.audited[1].error == ErrorCode::kPreconditionFailed);
  CHECK(
      f.ask("ban.add", R"("block":"127.0.0.9","yes":true)").report<control::BanReport>().outcome ==
      "added");
}

TEST_CASE("only operators ban, and readers may look") {
  Fixture f;
  const Answer refused = f.ask("ban.add", R"("block":"192.0.2.1")", 1000, Access::kRead);
  CHECK(refused.last.failure.code == ErrorCode::kPermissionDenied);
  CHECK(f.ask("ban.list", "", 1000, Access::kRead).last.kind == control::ReplyKind::kResult);
}

TEST_CASE("ban.del takes back exactly one ban") {
  Fixture f;
  f.ask("ban.add", R"("block":"192.0.2.0/24")");
  const auto inside = f.refused("ban.del", R"("block":"192.0.2.7")");
  CHECK(inside.code == ErrorCode::kNotFound);
  CHECK(inside.hint == "the ban of 192.0.2.0/24 holds it");
  CHECK(f.ask("ban.del", R"("block":"192.0.2.0/24")").report<control::BanReport>().outcome ==
        "removed");
  CHECK(f.refused("ban.del", R"("block":"192.0.2.0/24")").hint ==
        "jsctl ban list shows those there are");
}

TEST_CASE("ban.list goes through all bans page by page") {
  Fixture f;
  for (int i = 1; i <= 5; ++i) {
    f.ask("ban.add", "\"block\":\"192.0.2." + std::to_string(i) + "\"");
  }
  const Answer first = f.ask("ban.list", R"("limit":2)");
  CHECK(first.blocks() == "192.0.2.1 192.0.2.2 ");
  const auto summary = first.report<control::BanListSummary>();
  CHECK(summary.count == 2);
  CHECK(summary.bans == 5);
  REQUIRE(summary.cursor);
  // What is taken back meanwhile, the cursor's own ban included, moves nothing.
  f.ask("ban.del", R"("block":"192.0.2.2")");
  const Answer second = f.ask("ban.list", "\"limit\":3,\"cursor\":\"" + *summary.cursor + "\"");
  CHECK(second.blocks() == "192.0.2.3 192.0.2.4 192.0.2.5 ");
  CHECK_FALSE(second.report<control::BanListSummary>().cursor);
  CHECK(f.ask("ban.list", R"("origin":"auto")").blocks().empty());
  CHECK(f.refused("ban.list", R"("origin":"root")").code == ErrorCode::kInvalidArgument);
  CHECK(f.refused("ban.list", R"("cursor":"x")").code == ErrorCode::kInvalidArgument);
}

TEST_CASE("a list is loaded in pieces and is in force as a whole") {
  Fixture f;
  f.ask("ban.add", R"("block":"192.0.2.1")");
  const std::string load = "\"load\":" + std::to_string(f.begin_load());
  CHECK(f.ask("ban.load_items", load + R"(,"bans":["203.0.113.0/24 SBL 1","198.51.100.7"])")
            .report<control::BanLoadReport>()
            .count == 2);
  CHECK(f.backend.access.book().bans().size() == 1);
  const auto loaded = f.ask("ban.load_commit", load + R"(,"count":2,"for_ms":5000)")
                          .report<control::BanLoadedReport>();
  CHECK(loaded.bans == 2);
  CHECK(loaded.before == 0);
  const Answer list = f.ask("ban.list", R"("origin":"file")");
  CHECK(list.blocks() == "198.51.100.7 203.0.113.0/24 ");
  const auto row = control::read_report<control::BanRow>(list.items[1].data).value();
  CHECK(row.reason == "SBL 1");
  CHECK(row.left_ms == 5000);
  // Nothing but the whole is written down.
  REQUIRE(f.audited.size() == 2);
  CHECK(f.audited[1].target == "2 bans");
  CHECK(f.audited[1].affected == 2);

  // What makes the list may have failed: that takes nothing back by itself.
  const auto empty = [&f](const std::string& rest) {
    return "\"load\":" + std::to_string(f.begin_load()) + ",\"count\":0" + rest;
  };
  CHECK(f.refused("ban.load_commit", empty("")).code == ErrorCode::kPreconditionFailed);
  CHECK(f.ask("ban.list").blocks() == "192.0.2.1 198.51.100.7 203.0.113.0/24 ");
  const auto load_empty = [&](const std::string& rest) {
    return f.ask("ban.load_commit", empty(rest)).report<control::BanLoadedReport>().before;
  };
  CHECK(load_empty(",\"yes\":true") == 2);
  CHECK(load_empty("") == 0);
  CHECK(f.ask("ban.list").blocks() == "192.0.2.1 ");
}

TEST_CASE("a list that lacks a piece, holds rubbish or is another's changes nothing") {
  Fixture f;
  const std::string load = "\"load\":" + std::to_string(f.begin_load());
  CHECK(f.refused("ban.load_begin", "", 1001).code == ErrorCode::kConflict);
  CHECK(f.refused("ban.load_items", load + R"(,"bans":["192.0.2.1"])", 1001).code ==
        ErrorCode::kNotFound);
  CHECK(f.refused("ban.load_items", load + R"(,"bans":["192.0.2.1/8"])").code ==
        ErrorCode::kInvalidArgument);
  CHECK(
      f.refused("ban.load_items", load + ",\"bans\":[\"192.0.2.1 " + std::string(201, 'x') + "\"]")
          .code == ErrorCode::kInvalidArgument);
  f.ask("ban.load_items", load + R"(,"bans":["192.0.2.1"])");
  CHECK(f.refused("ban.load_commit", load + R"(,"count":2)").code ==
        ErrorCode::kPreconditionFailed);
  CHECK(f.refused("ban.load_commit", load + R"(,"count":1)").code == ErrorCode::kNotFound);
  const std::string risky = "\"load\":" + std::to_string(f.begin_load());
  f.ask("ban.load_items", risky + R"(,"bans":["192.0.2.1","127.0.0.0/8"])");
  CHECK(f.refused("ban.load_commit", risky + R"(,"count":2)").code ==
        ErrorCode::kPreconditionFailed);
  CHECK(f.backend.access.book().bans().empty());
}

TEST_CASE("another one may load a list when the first has paused for long") {
  Fixture f;
  f.begin_load();
  f.backend.clock.now += BanLoads::kPauseMax;
  f.begin_load(1001);
}

TEST_CASE("ban.clear takes back all, or those of one origin") {
  Fixture f;
  f.ask("ban.add", R"("block":"192.0.2.1")");
  f.ask("ban.add", R"("block":"192.0.2.2")");
  CHECK(f.ask("ban.clear", R"("origin":"file")").report<control::BanClearReport>().removed == 0);
  CHECK(f.refused("ban.clear", R"("origin":"x")").code == ErrorCode::kInvalidArgument);
  CHECK(f.ask("ban.clear").report<control::BanClearReport>().removed == 2);
  CHECK(f.audited.back().affected == 2);
}

}  // namespace jetstream::daemon
