// SPDX-License-Identifier: MIT
//
// session.close of all that match, and by plans.
#include <catch2/catch.hpp>
#include <sstream>

#include "admin_fake_backend.h"
#include "daemon/admin/admin_handlers.h"

namespace jetstream::daemon {
namespace {

using control::CloseOutcome;
using control::CloseRow;
using control::CloseSummary;
using control::ErrorCode;

struct Answer {
  std::vector<CloseRow> rows;
  control::Reply last;

  CloseSummary summary() const {
    if (last.kind != control::ReplyKind::kResult) FAIL(last.failure.message);
    return control::read_report<CloseSummary>(last.data).value();
  }
  control::Failure failure() const {
    REQUIRE(last.kind == control::ReplyKind::kError);
    return last.failure;
  }
};

/// Sessions 1 to 5, of which each from 3 on has received as many bytes as its number.
struct Fixture {
  Fixture() {
    for (std::uint64_t id = 1; id <= 5; ++id) {
      backend.add_session(id);
      if (id >= 3) backend.sessions[SessionId(id)].rx_bytes = id;
    }
  }

  Answer close(const std::string& args, uid_t uid = 1000) {
    const auto request =
        control::parse_request("{\"cmd\":\"session.close\",\"args\":{" + args + "}}");
    if (!request) FAIL(request.error().failure.message);
    std::string lines;
    handlers.handle(*request, {{uid, 2000, 77, {}}, control::Access::kOperate},
                    [&](std::string text) { lines = std::move(text); });
    Answer answer;
    std::istringstream stream(lines);
    for (std::string line; std::getline(stream, line);) {
      answer.last = control::parse_reply(line).value();
      if (answer.last.kind != control::ReplyKind::kItem) continue;
      answer.rows.push_back(control::read_report<CloseRow>(answer.last.data).value());
    }
    return answer;
  }
  std::string plan(const std::string& filter, uid_t uid = 1000) {
    return close(R"("plan":true,"match":")" + filter + "\"", uid).summary().token.value();
  }
  Answer apply(const std::string& token, uid_t uid = 1000) {
    return close(R"("apply":")" + token + "\"", uid);
  }

  testing::FakeBackend backend;
  std::vector<AuditRecord> audited;
  AdminHandlers handlers{backend.parts(),
                         [this](const AuditRecord& record) { audited.push_back(record); }};
};

}  // namespace

TEST_CASE("All that match are closed, and the audit has one record with their number") {
  Fixture f;
  const Answer answer = f.close(
      R"("match":"rx_bytes > 0B","max":3,"reason":"normal","message":"bye","retry_after_ms":1500)");
  CHECK(answer.summary() == CloseSummary{3, 3});
  REQUIRE(answer.rows.size() == 3);
  CHECK(answer.rows[0].id == SessionId(3));
  REQUIRE(f.backend.orders.size() == 1);
  CHECK(f.backend.orders[0].ids == std::vector{SessionId(3), SessionId(4), SessionId(5)});
  CHECK(f.backend.orders[0].why.retry_after == std::chrono::milliseconds(1500));
  CHECK_FALSE(f.backend.orders[0].why.silent);
  REQUIRE(f.audited.size() == 1);
  CHECK(f.audited[0].target == "match: rx_bytes > 0B");
  CHECK(f.audited[0].affected == 3);
  CHECK_FALSE(f.audited[0].error);
}

TEST_CASE("If more match than allowed, none is closed") {
  Fixture f;
  const control::Failure failure = f.close(R"("match":"rx_bytes > 0B","max":2)").failure();
  CHECK(failure.code == ErrorCode::kTooManyMatches);
  CHECK(failure.message == "3 sessions match, more than 2; none was closed");
  CHECK(f.close(R"("match":"rx_bytes > 0B","max":2,"plan":true)").failure().code ==
        ErrorCode::kTooManyMatches);
  CHECK(f.backend.orders.empty());
  CHECK(f.backend.plans.size() == 0);
  REQUIRE(f.audited.size() == 2);
  CHECK(f.audited[0].error == ErrorCode::kTooManyMatches);
  CHECK(f.audited[0].affected == 0);
}

TEST_CASE("A dry run tells what matches and closes nothing") {
  Fixture f;
  const Answer answer = f.close(R"("match":"id < 3","dry_run":true)");
  CHECK(answer.summary() == CloseSummary{2, 0});
  REQUIRE(answer.rows.size() == 2);
  CHECK(answer.rows[0] == CloseRow{SessionId(1), CloseOutcome::kWouldClose, "127.0.0.1:40001"});
  CHECK(f.backend.orders.empty());
  CHECK(f.close(R"("match":"id > 9","dry_run":true)").failure().code == ErrorCode::kNotFound);
}

TEST_CASE("A plan is applied to exactly what it told of, even if some have gone") {
  Fixture f;
  const Answer planned = f.close(R"("match":"rx_bytes > 0B","plan":true)");
  CHECK(planned.rows.size() == 3);
  CHECK(planned.summary().requested == 3);
  CHECK(planned.summary().closed == 0);
  CHECK(planned.summary().expires_at == control::UnixTime(1'000'000'300'000));
  CHECK(f.backend.orders.empty());
  f.backend.sessions.erase(SessionId(4));
  f.backend.sessions[SessionId(5)].rx_bytes = 0;  // matches no more, and was planned for
  const Answer applied = f.apply(*planned.summary().token);
  CHECK(applied.summary() == CloseSummary{3, 2, 0, 1});
  REQUIRE(f.backend.orders.size() == 1);
  CHECK(f.backend.orders[0].ids == std::vector{SessionId(3), SessionId(4), SessionId(5)});
  REQUIRE(f.audited.size() == 2);
  CHECK(f.audited[0].target == "plan: rx_bytes > 0B");
  CHECK(f.audited[1].target == "apply: rx_bytes > 0B");
  CHECK(f.audited[1].affected == 2);
  // Once.
  CHECK(f.apply(*planned.summary().token).failure().code == ErrorCode::kNotFound);
}

TEST_CASE("A plan is refused if another session matches by now") {
  Fixture f;
  const std::string token = f.plan("rx_bytes > 0B");
  f.backend.sessions[SessionId(2)].rx_bytes = 1;
  f.backend.sessions.erase(SessionId(5));  // as many as before
  const control::Failure failure = f.apply(token).failure();
  CHECK(failure.code == ErrorCode::kPreconditionFailed);
  CHECK(failure.message == "session 2 matches now and is not in the plan; none was closed");
  CHECK(f.backend.orders.empty());
  CHECK(f.apply(token).failure().code == ErrorCode::kNotFound);
}

TEST_CASE("A plan belongs to whoever made it, for five minutes") {
  Fixture f;
  const std::string token = f.plan("id > 0");
  CHECK(f.apply(token, 1001).failure().code == ErrorCode::kNotFound);
  f.backend.time += ClosePlans::kLifetime;
  CHECK(f.apply(token).failure().code == ErrorCode::kNotFound);
  CHECK(f.backend.orders.empty());
}

TEST_CASE("What does not go together is refused before anything is looked at") {
  Fixture f;
  for (const char* args :
       {"", R"("match":"id > 0")", R"("match":"id > 0","ids":["1"],"max":5)",
        R"("match":"id > 0","apply":"x","max":5)", R"("ids":["1"],"apply":"x")",
        R"("ids":["1"],"dry_run":true)", R"("ids":["1"],"max":5)", R"("apply":"x","plan":true)",
        R"("match":"id > 0","plan":true,"dry_run":true)",
        R"("ids":["1"],"silent":true,"message":"bye")",
        R"("ids":["1"],"silent":true,"retry_after_ms":5)"}) {
    INFO(args);
    CHECK(f.close(args).failure().code == ErrorCode::kInvalidArgument);
  }
  const control::Failure filter = f.close(R"("match":"id > 0 or","max":5)").failure();
  CHECK(filter.code == ErrorCode::kInvalidFilter);
  CHECK(filter.offset == 9u);
  CHECK(f.backend.orders.empty());
  for (const AuditRecord& record : f.audited) CHECK(record.error);
}

TEST_CASE("A silent close says so") {
  Fixture f;
  CHECK(f.close(R"("ids":["1"],"silent":true)").summary() == CloseSummary{1, 1});
  CHECK(f.backend.orders.at(0).why.silent);
}

TEST_CASE("who is closed may be banned too, each address once, and hears for how long") {
  Fixture f;
  const Answer answer = f.close(R"("ids":["2","3","4"],"ban_ms":60000)");
  CHECK(answer.summary().closed == 3);
  CHECK(answer.summary().banned == 2);
  CHECK(answer.summary().not_banned == 0);
  REQUIRE(f.backend.orders.size() == 1);
  CHECK(f.backend.orders[0].why.retry_after == std::chrono::minutes(1));
  const Ban* ban = f.backend.access.book().find(parse_address_block("192.0.2.1").value());
  REQUIRE(ban != nullptr);
  CHECK(ban->uid == 1000);
  CHECK(ban->origin == BanOrigin::kAdmin);
  CHECK(ban->until->value() - ban->since.value() == 60000);
  CHECK(f.backend.filters.size() == 1);
}

TEST_CASE("exempt addresses are not banned with their sessions, nor is anybody without ban_ms") {
  Fixture f;
  f.backend.config.limits_exempt = {parse_address_block("192.0.2.1").value()};
  CHECK(f.close(R"("ids":["1"])").summary().banned == 0);
  CHECK_FALSE(f.backend.orders[0].want_peers);
  const Answer answer = f.close(R"("match":"id>=2","max":10,"ban_ms":60000)");
  CHECK(answer.summary().closed == 4);
  CHECK(answer.summary().banned == 1);
  CHECK(answer.summary().not_banned == 1);
  CHECK(f.close(R"("match":"id>=2","dry_run":true,"ban_ms":1)").failure().code ==
        ErrorCode::kInvalidArgument);
}

TEST_CASE("where a session is applied from a plan, its address can be banned") {
  Fixture f;
  const std::string token = f.plan("id=4");
  CHECK(f.close(R"("ban_ms":1000,"apply":")" + token + "\"").summary().banned == 1);
}

}  // namespace jetstream::daemon
