// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>
#include <sstream>

#include "admin_fake_backend.h"
#include "admin_fake_stream.h"
#include "daemon/admin/admin_handlers.h"

namespace jetstream::daemon {
namespace {

using control::ErrorCode;
using control::ReplyKind;

struct Fixture {
  testing::FakeBackend backend;
  testing::FakeStreams streams;
  std::string answer;
  std::vector<AuditRecord> audited;
  AdminHandlers handlers{backend.parts(),
                         [this](const AuditRecord& record) { audited.push_back(record); }};

  void send(const std::string& line, control::Access role = control::Access::kRead) {
    const auto request = control::parse_request(line);
    REQUIRE(request);
    answer.clear();
    handlers.handle(
        *request, {{}, role}, [this](std::string lines) { answer = std::move(lines); },
        streams.opener());
  }
  /// The last line of an answer.
  static control::Reply end_of(const std::string& lines) {
    std::istringstream in(lines);
    std::string last;
    for (std::string line; std::getline(in, line);) last = line;
    const auto reply = control::parse_reply(last);
    REQUIRE(reply);
    return *reply;
  }
  template <class Report>
  Report report() const {
    const control::Reply end = end_of(answer);
    REQUIRE(end.kind == ReplyKind::kResult);
    const auto report = control::read_report<Report>(end.data);
    REQUIRE(report);
    return *report;
  }
  ErrorCode error(const std::string& lines) const { return end_of(lines).failure.code; }
};

}  // namespace

TEST_CASE("health answers what was asked about, with all that was found") {
  Fixture f;
  f.backend.health_answer.report = {false, false, true, "draining", 0};
  f.backend.health_answer.rows.resize(2);
  f.send(R"({"cmd":"health"})");
  CHECK(f.report<control::HealthReport>() ==
        control::HealthReport{false, false, true, "draining", 2});
  f.send(R"({"cmd":"health","args":{"live":true}})");
  CHECK(f.report<control::HealthReport>() ==
        control::HealthReport{true, false, true, "draining", 2});
  CHECK(f.audited.empty());
}

TEST_CASE("wait answers when the daemon says so") {
  Fixture f;
  f.send(R"({"cmd":"wait","args":{"until":"sessions<=7","timeout_ms":1000}})");
  REQUIRE(f.backend.waits.size() == 1);
  CHECK(f.backend.waits[0].first.what == WaitFor::What::kSessions);
  CHECK(f.backend.waits[0].first.sessions == 7);
  REQUIRE(f.streams.streams.size() == 1);
  CHECK(f.streams.streams[0]->end.empty());
  f.backend.waits[0].second(control::WaitReport{"running", 7, 20});
  CHECK(f.end_of(f.streams.streams[0]->end).kind == ReplyKind::kResult);

  f.send(R"({"cmd":"wait","args":{"until":"drained","timeout_ms":1000}})");
  f.backend.waits[1].second(std::nullopt);
  CHECK(f.error(f.streams.streams[1]->end) == ErrorCode::kTimeout);
}

TEST_CASE("who leaves no longer waits") {
  Fixture f;
  f.send(R"({"cmd":"wait","args":{"until":"ready","timeout_ms":1000}})");
  testing::FakeStreams::leave(*f.streams.streams[0]);
  CHECK(f.backend.forgotten == std::vector<std::uint64_t>{1});
}

TEST_CASE("one too many is told so, and what nobody can wait for is refused") {
  Fixture f;
  f.backend.refuse_waiters = true;
  f.send(R"({"cmd":"wait","args":{"until":"ready","timeout_ms":1000}})");
  CHECK(f.error(f.streams.streams[0]->end) == ErrorCode::kBusy);
  for (const char* until : {"Ready", "sessions", "sessions<=", "sessions<= 3", "sessions<=3x",
                            "sessions<=-1", "sessions<=99999999999999999999", "sessions<4"}) {
    INFO(until);
    f.send(std::string(R"({"cmd":"wait","args":{"timeout_ms":1,"until":")") + until + "\"}}");
    CHECK(f.error(f.answer) == ErrorCode::kInvalidArgument);
  }
  CHECK(f.backend.waits.empty());
  const auto most = parse_wait_for("sessions<=18446744073709551615");
  REQUIRE(most);
  CHECK(most->sessions == UINT64_MAX);
}

TEST_CASE("stats are found by the beginning of their name, with and without the daemon's") {
  Fixture f;
  f.send(R"({"cmd":"stats"})");
  CHECK(f.report<control::StatsSummary>().count == 2);
  for (const char* prefix : {"jetstreamd_ready", "ready", "jetstreamd_r"}) {
    f.send(std::string(R"({"cmd":"stats","args":{"prefix":")") + prefix + "\"}}");
    CHECK(f.report<control::StatsSummary>().count == 1);
  }
  f.send(R"({"cmd":"stats","args":{"prefix":"eady"}})");
  CHECK(f.error(f.answer) == ErrorCode::kNotFound);
  f.send(R"({"cmd":"metrics"})");
  CHECK(f.report<control::MetricsReport>().text == "jetstreamd_sessions 3\n");
}

}  // namespace jetstream::daemon
