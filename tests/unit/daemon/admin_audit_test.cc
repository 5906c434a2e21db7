// SPDX-License-Identifier: MIT
#include "daemon/admin/admin_audit.h"

#include <unistd.h>

#include <catch2/catch.hpp>

#include "admin_fake_backend.h"
#include "daemon/admin/admin_handlers.h"
#include "daemon/admin/admin_throttle.h"

namespace jetstream::daemon {
namespace {

using control::Access;
using control::ErrorCode;

struct Fixture {
  testing::FakeBackend backend;
  std::vector<AuditRecord> audited;
  AdminHandlers handlers{backend.parts(),
                         [this](const AuditRecord& record) { audited.push_back(record); }};
  std::string answer;

  void ask(const std::string& line, uid_t uid = 1000, Access role = Access::kAdmin,
           pid_t pid = ::getpid()) {
    const auto request = control::parse_request(line);
    if (!request) FAIL(request.error().failure.message);
    handlers.handle(*request, {{uid, 2000, pid, {}}, role},
                    [this](std::string lines) { answer = std::move(lines); });
  }
};

}  // namespace

TEST_CASE("A record says who, what, why and since when") {
  Fixture f;
  f.ask(R"({"cmd":"session.close","args":{"ids":["7"]},"because":"ticket 12"})");
  REQUIRE(f.audited.size() == 1);
  const AuditRecord& record = f.audited[0];
  CHECK(record.because == "ticket 12");
  CHECK(record.args.find(R"("ids":["7"])") != std::string::npos);
  CHECK(record.process.pid == static_cast<std::uint64_t>(::getpid()));
  CHECK(record.process.comm.starts_with("daemon_admin"));
  CHECK(record.started.value() > 0);
  CHECK(record.error == ErrorCode::kNotFound);
}

TEST_CASE("A record says by which socket a command came, whether it was done or refused") {
  Fixture f;
  const control::Request level{{}, control::CommandId::kLogLevel, control::LogLevelArgs{}};
  AdminCaller caller{{1000, 2000, 0, {}}, Access::kAdmin};
  const auto ask = [&](bool at_read_socket) {
    caller.capped = at_read_socket;
    caller.role = at_read_socket ? Access::kRead : Access::kAdmin;
    f.handlers.handle(level, caller, [](const std::string&) {});
  };
  ask(false);
  ask(true);
  REQUIRE(f.audited.size() == 2);
  CHECK_FALSE(f.audited[0].at_read_socket);
  CHECK(f.audited[1].at_read_socket);
  CHECK(f.audited[1].error == ErrorCode::kPermissionDenied);
}

TEST_CASE("What is not known of a process is empty, not made up") {
  Fixture f;
  f.ask(R"({"cmd":"log.level"})", 1000, Access::kAdmin, 0);
  CHECK_FALSE(f.audited.at(0).process.pid);
  CHECK(f.audited[0].process.comm.empty());
  CHECK(f.audited[0].process.loginuid.empty());
  // No process has the greatest number there can be.
  CHECK(read_peer_process(1 << 30).comm.empty());
}

TEST_CASE("Long arguments are cut") {
  Fixture f;
  std::string ids;
  for (int id = 1; id <= 100; ++id) ids += (id == 1 ? "\"" : ",\"") + std::to_string(id) + "\"";
  f.ask(R"({"cmd":"session.close","args":{"ids":[)" + ids + "]}}");
  CHECK(f.audited.at(0).args.size() == kAuditArgsBytesMax);
}

TEST_CASE("The reason has its length, and no control characters") {
  const auto with = [](const std::string& text) {
    return control::parse_request(R"({"cmd":"ping","because":")" + text + "\"}");
  };
  CHECK(with(std::string(control::kBecauseBytesMax, 'x'))->because->size() == 200);
  CHECK(with(std::string(control::kBecauseBytesMax + 1, 'x')).error().failure.code ==
        ErrorCode::kInvalidArgument);
  CHECK_FALSE(with("a\\nb"));
  CHECK_FALSE(control::parse_request(R"({"cmd":"ping","because":7})"));
  const auto request = with("why");
  REQUIRE(request);
  std::string line = control::write_request(*request);
  line.pop_back();
  CHECK(control::parse_request(line).value() == *request);
}

TEST_CASE("A request_id has its length, and goes with what changes something") {
  const auto with = [](const std::string& command, const std::string& text) {
    return control::parse_request(R"({"cmd":")" + command + R"(","request_id":")" + text + "\"}");
  };
  const std::string longest(control::kRequestIdBytesMax, 'x');
  CHECK(with("log.level", longest)->request_id == longest);
  for (const std::string& text : {longest + "x", std::string(), std::string("a\\nb")}) {
    CHECK(with("log.level", text).error().failure.code == ErrorCode::kInvalidArgument);
  }
  CHECK(with("ping", "a").error().failure.code == ErrorCode::kInvalidArgument);
  CHECK_FALSE(control::parse_request(R"({"cmd":"log.level","request_id":7})"));
  CHECK_FALSE(control::parse_request(R"({"cmd":"log.level","request_id":null})")->request_id);
  const auto request = with("log.level", "a");
  REQUIRE(request);
  std::string line = control::write_request(*request);
  line.pop_back();
  CHECK(control::parse_request(line).value() == *request);
}

TEST_CASE("What was done under a request_id is answered again, not done again") {
  Fixture f;
  const std::string command = R"("cmd":"log.level","args":{"level":"debug"},"request_id":"t1")";
  f.ask(R"({"id":"first",)" + command + "}");
  const std::string first = f.answer;
  CHECK(first.starts_with(R"({"id":"first","type":"result",)"));
  CHECK(f.backend.log_orders.size() == 1);
  f.ask(R"({"id":7,)" + command + R"(,"because":"once more"})");
  CHECK(f.answer == R"({"id":7)" + first.substr(first.find(",")));
  f.ask("{" + command + "}");
  CHECK(f.answer == "{" + first.substr(first.find(",") + 1));
  CHECK(f.backend.log_orders.size() == 1);
  REQUIRE(f.audited.size() == 3);
  CHECK((f.audited[0].request_id == "t1" && !f.audited[0].repeated));
  CHECK((f.audited[1].request_id == "t1" && f.audited[1].repeated));
  CHECK(f.audited[1].because == "once more");
}

TEST_CASE("A request_id that was given to something else is a conflict") {
  Fixture f;
  f.ask(R"({"cmd":"log.level","args":{"level":"debug"},"request_id":"t1"})");
  f.ask(R"({"id":"x","cmd":"log.level","args":{"level":"trace"},"request_id":"t1"})");
  CHECK(f.answer.find("\"conflict\"") != std::string::npos);
  CHECK(f.answer.starts_with(R"({"id":"x",)"));
  f.ask(R"({"cmd":"drain.cancel","request_id":"t1"})");
  CHECK(f.answer.find("\"conflict\"") != std::string::npos);
  CHECK(f.backend.log_orders.size() == 1);
  CHECK(f.audited.back().error == ErrorCode::kConflict);
  // Somebody else's ids are others.
  f.ask(R"({"cmd":"log.level","args":{"level":"trace"},"request_id":"t1"})", 1001);
  CHECK(f.backend.log_orders.size() == 2);
}

TEST_CASE("Errors are remembered, but not the refusal of who may not ask") {
  Fixture f;
  const std::string close = R"({"cmd":"session.close","args":{"ids":["7"]},"request_id":"t1"})";
  f.ask(close, 1000, Access::kRead);
  CHECK(f.answer.find("\"permission_denied\"") != std::string::npos);
  f.ask(close);
  CHECK(f.answer.find("\"not_found\"") != std::string::npos);
  f.ask(close);
  CHECK(f.answer.find("\"not_found\"") != std::string::npos);
  CHECK(f.audited.back().repeated);
  f.ask(close, 1000, Access::kRead);
  CHECK(f.answer.find("\"permission_denied\"") != std::string::npos);
}

TEST_CASE("Who was told to come later, or lacked a role, may ask again under the same request_id") {
  Fixture f;
  f.backend.add_session(7);
  for (uid_t user = 1; user <= 4; ++user) {
    for (int i = 0; i < 4; ++i) f.backend.plans.add(f.backend.time, {user, "", {}, {}});
  }
  const std::string plan =
      R"({"cmd":"session.close","args":{"match":"id = 7","plan":true},"request_id":"t1"})";
  f.ask(plan);
  CHECK(f.answer.find("\"busy\"") != std::string::npos);
  f.backend.time += ClosePlans::kLifetime;
  f.ask(plan);
  CHECK(f.answer.find("\"token\":\"") != std::string::npos);
  const std::string drain = R"({"cmd":"drain.start","args":{"then":"exit"},"request_id":"t2"})";
  f.ask(drain, 1000, Access::kOperate);
  CHECK(f.answer.find("\"permission_denied\"") != std::string::npos);
  f.ask(drain);
  CHECK(f.answer.find("jetstreamd.drain.start/1") != std::string::npos);
}

TEST_CASE("A user may do so much at once, then so much a second, and others are not concerned") {
  using Verdict = AdminThrottle::Verdict;
  AdminThrottle throttle;
  const Instant start{std::chrono::hours(1)};
  for (std::uint64_t i = 0; i < AdminThrottle::kAtOnce; ++i) {
    REQUIRE(throttle.admit(1000, start) == Verdict::kGo);
  }
  CHECK(throttle.admit(1000, start) == Verdict::kFirstRefused);
  CHECK(throttle.admit(1000, start) == Verdict::kRefused);
  CHECK(throttle.admit(1001, start) == Verdict::kGo);
  const Instant later = start + std::chrono::milliseconds(1000 / AdminThrottle::kPerSecond);
  CHECK(throttle.admit(1000, later - std::chrono::milliseconds(1)) == Verdict::kRefused);
  CHECK(throttle.admit(1000, later) == Verdict::kGo);
  CHECK(throttle.admit(1000, later) == Verdict::kFirstRefused);
  CHECK(throttle.refused() == 4);
  // Thousands of users leave nothing behind but those who have used up something.
  for (uid_t user = 2000; user < 4000; ++user) {
    CHECK(throttle.admit(user, later + std::chrono::seconds(user)) == Verdict::kGo);
  }
}

TEST_CASE("A wild script is told so, its first refusal is recorded, and looking goes on") {
  Fixture f;
  for (std::uint64_t i = 0; i < 2 * AdminThrottle::kAtOnce; ++i) f.ask(R"({"cmd":"log.level"})");
  CHECK(f.answer.find("\"busy\"") != std::string::npos);
  CHECK(f.audited.size() < 2 * AdminThrottle::kAtOnce);
  const auto busy = std::count_if(f.audited.begin(), f.audited.end(), [](const auto& record) {
    return record.error == ErrorCode::kBusy;
  });
  CHECK(busy >= 1);
  f.ask(R"({"cmd":"ping"})");
  CHECK(f.answer.find("jetstreamd.ping/1") != std::string::npos);
  f.ask(R"({"cmd":"log.level"})", 1001);
  CHECK(f.answer.find("jetstreamd.log.level/1") != std::string::npos);
  // Who may not do it at all does not fill the trail either.
  const std::size_t before = f.audited.size();
  for (int i = 0; i < 1000; ++i) f.ask(R"({"cmd":"stop"})", 1002, Access::kRead);
  CHECK(f.audited.size() - before < 500);
}

TEST_CASE("No command lets anybody without its role fill the audit trail") {
  const std::string items = R"({"cmd":"ban.load_items","args":{"load":1,"bans":["192.0.2.1"]}})";
  const std::string tail = R"({"cmd":"log.tail","args":{"session":"7"}})";
  for (const std::string& line : {items, tail}) {
    INFO(line);
    Fixture f;
    for (int i = 0; i < 1000; ++i) f.ask(line, 1000, Access::kRead);
    CHECK(f.audited.size() < 500);
    CHECK(f.audited.at(0).error == ErrorCode::kPermissionDenied);
    CHECK(f.audited[0].process.pid == static_cast<std::uint64_t>(::getpid()));
  }
}

}  // namespace jetstream::daemon
