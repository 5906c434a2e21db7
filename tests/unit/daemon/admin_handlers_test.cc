// SPDX-License-Identifier: MIT
#include "daemon/admin/admin_handlers.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <memory>
#include <sstream>

#include "admin_fake_backend.h"
#include "admin_fake_stream.h"
#include "daemon/admin/admin_access.h"

namespace jetstream::daemon {
namespace {

using control::Access;
using control::CommandId;
using control::ErrorCode;
using control::ReplyKind;

/// The lines of one answer, and the rule that every answer obeys: items, then one other line.
struct Conversation {
  std::vector<control::Reply> items;
  control::Reply last;

  template <class Report>
  Report report() const {
    REQUIRE(last.kind == ReplyKind::kResult);
    const auto read = control::read_report<Report>(last.data);
    REQUIRE(read);
    return *read;
  }
  template <class Row>
  Row item(std::size_t index) const {
    REQUIRE(index < items.size());
    const auto read = control::read_report<Row>(items[index].data);
    REQUIRE(read);
    return *read;
  }
  control::Failure failure() const {
    REQUIRE(last.kind == ReplyKind::kError);
    return last.failure;
  }
};

Conversation parse_answer(const std::string& lines) {
  std::vector<control::Reply> replies;
  std::istringstream stream(lines);
  for (std::string line; std::getline(stream, line);) {
    const auto reply = control::parse_reply(line);
    REQUIRE(reply);
    replies.push_back(*reply);
  }
  REQUIRE_FALSE(replies.empty());
  Conversation conversation;
  conversation.last = replies.back();
  replies.pop_back();
  REQUIRE(conversation.last.kind != ReplyKind::kItem);
  for (const auto& reply : replies) REQUIRE(reply.kind == ReplyKind::kItem);
  conversation.items = std::move(replies);
  return conversation;
}

struct Fixture {
  testing::FakeBackend backend;
  std::vector<AuditRecord> audited;
  std::unique_ptr<AdminHandlers> handlers = std::make_unique<AdminHandlers>(
      backend.parts(), [this](const AuditRecord& record) { audited.push_back(record); });
  std::vector<std::string> answers;
  testing::FakeStreams streams;

  void send(const std::string& line, Access role = Access::kAdmin, uid_t uid = 1000) {
    const auto request = control::parse_request(line);
    if (!request) FAIL(request.error().failure.message);
    handlers->handle(
        *request, {{uid, 2000, 77, {}}, role},
        [this](std::string lines) { answers.push_back(std::move(lines)); }, streams.opener());
  }
  Conversation ask(const std::string& line, Access role = Access::kAdmin, uid_t uid = 1000) {
    const std::size_t before = answers.size();
    send(line, role, uid);
    REQUIRE(answers.size() == before + 1);
    return parse_answer(answers.back());
  }
};

std::string minimal_request(const control::CommandSpec& spec) {
  constexpr std::string_view kValues[] = {
      "1", "true", "\"192.0.2.1\"", "\"normal\"", "[\"192.0.2.1\"]", "[\"1\"]"};
  std::string args;
  for (const control::ArgSpec& arg : spec.args) {
    // A close needs one of three, none of which is required alone.
    const bool close = spec.id == CommandId::kSessionClose && arg.name == "ids";
    if (!arg.required && !close) continue;
    args += (args.empty() ? "\"" : ",\"") + std::string(arg.name) + "\":" +
            (arg.name == "until" ? "\"ready\""
                                 : std::string(kValues[static_cast<std::size_t>(arg.type)]));
  }
  return "{\"cmd\":\"" + std::string(spec.name) + "\",\"args\":{" + args + "}}";
}

/// A ban, and a list of one more that is being loaded.
void add_bans(testing::FakeBackend& backend) {
  const Ban ban{.block = parse_address_block("192.0.2.1").value()};
  (void)backend.access.add(ban);
  (void)backend.loads.begin(backend.clock.now, 1000);
  (void)backend.loads.add({ban});
}

}  // namespace

TEST_CASE("Every command is open to its role and closed below it") {
  for (const control::CommandSpec& spec : control::command_table()) {
    for (Access role : {Access::kNone, Access::kRead, Access::kOperate, Access::kAdmin}) {
      Fixture f;
      f.backend.add_session(1);
      f.backend.closed.emplace_back();
      if (spec.id != CommandId::kBanLoadBegin) add_bans(f.backend);
      if (spec.id == CommandId::kDrainCancel) f.backend.draining = std::chrono::seconds(1);
      INFO(spec.name << " as " << control::to_string(role));
      // Who waits gets an answer that takes its time, which is a stream as well.
      if ((spec.streaming || spec.id == CommandId::kWait) && role >= spec.access) {
        f.send(minimal_request(spec), role);
        REQUIRE(f.streams.streams.size() == 1);
        CHECK(f.answers.empty());
        CHECK(f.audited.empty());
        continue;
      }
      const Conversation answer = f.ask(minimal_request(spec), role);
      if (role >= spec.access) {
        CHECK(answer.last.kind == ReplyKind::kResult);
        CHECK(answer.last.schema == control::schema_of(spec.id));
        CHECK(answer.items.empty() != spec.items);
        CHECK(f.audited.size() == (spec.mutating ? 1 : 0));
      } else {
        CHECK(answer.failure().code == ErrorCode::kPermissionDenied);
        CHECK(f.backend.orders.empty());
        CHECK_FALSE(f.backend.stopping);
        REQUIRE(f.audited.size() == 1);
        CHECK(f.audited[0].error == ErrorCode::kPermissionDenied);
        CHECK(f.audited[0].role == role);
      }
    }
  }
}

TEST_CASE("A refusal says who the caller is, what is needed and what to do") {
  Fixture f;
  const control::Failure failure = f.ask(R"({"cmd":"stop"})", Access::kRead, 1000).failure();
  CHECK(failure.message == "stop needs role admin; you (uid 1000) have read");
  CHECK(failure.hint->find("admin.access") != std::string::npos);
  const control::Failure hidden =
      f.ask(R"({"cmd":"status"})", Access::kNone, kOverflowId).failure();
  CHECK(hidden.hint->find("65534 stands for any user that is unknown") == 0);
}

TEST_CASE("A refusal names the group that would help, and why one does not") {
  AdminCall call;
  call.request.command = CommandId::kStop;
  auto policy = std::make_shared<AccessPolicy>(uid_t{990});
  (void)policy->add(std::vector<AccessRule>{{"", "4711", AdminRole::kOperate}});
  call.caller = {{1000, 2000, 77, {}}, Access::kRead, Access::kRead, false, policy};
  CHECK(lacks_role(call, Access::kOperate).hint ==
        "ask to be added to group 4711, or for a role in admin.access of jetstreamd's "
        "configuration");
  CHECK(lacks_role(call, Access::kAdmin).hint ==
        "ask for a role in admin.access of jetstreamd's configuration");
  call.caller.credentials.groups = {7, kOverflowId};
  CHECK(lacks_role(call, Access::kOperate).hint->find("group 4711") != std::string::npos);
  call.caller.role = call.caller.granted = Access::kNone;
  CHECK(lacks_role(call, Access::kRead).hint->find("your group 65534") == 0);
}

TEST_CASE("The id of the request stands in every line of the answer") {
  Fixture f;
  f.backend.add_session(1);
  const Conversation answer = f.ask(R"({"id":"mine","cmd":"session.list"})");
  REQUIRE(answer.items.size() == 1);
  CHECK(answer.items[0].id == control::RequestId(std::string("mine")));
  CHECK(answer.last.id == control::RequestId(std::string("mine")));
}

TEST_CASE("hello tells callers who they are") {
  Fixture f;
  const auto report = f.ask(R"({"cmd":"hello"})", Access::kOperate).report<control::HelloReport>();
  CHECK(report.role == "operate");
  CHECK(report.uid == 1000);
  CHECK(report.gid == 2000);
  CHECK(report.pid == 77u);
  CHECK(report.protocol == "jetstreamd.admin/1");
}

TEST_CASE("status has what the backend knows, with version and process id") {
  Fixture f;
  f.backend.add_session(1);
  const auto report = f.ask(R"({"cmd":"status"})").report<control::StatusReport>();
  CHECK(report.sessions == 1);
  CHECK(report.state == "running");
  CHECK_FALSE(report.version.empty());
  CHECK(report.pid == static_cast<std::uint64_t>(::getpid()));
}

TEST_CASE("commands lists the table") {
  Fixture f;
  const Conversation answer = f.ask(R"({"cmd":"commands"})", Access::kRead);
  CHECK(answer.report<control::CommandsSummary>().count == control::command_table().size());
  REQUIRE(answer.items.size() == control::command_table().size());
  for (std::size_t i = 0; i < answer.items.size(); ++i) {
    CHECK(answer.item<control::CommandRow>(i) == control::row_of(control::command_table()[i]));
  }
}

TEST_CASE("Pages follow one another without gap or overlap, also when sessions go") {
  Fixture f;
  for (std::uint64_t id = 1; id <= 5; ++id) f.backend.add_session(id);
  const Conversation first = f.ask(R"({"cmd":"session.list","args":{"limit":2}})");
  const auto summary = first.report<control::ListSummary>();
  CHECK(first.items.size() == 2);
  CHECK(summary.count == 2);
  CHECK(summary.table_size == 5);
  REQUIRE(summary.cursor);
  f.backend.sessions.erase(SessionId(2));
  f.backend.sessions.erase(SessionId(3));
  f.backend.add_session(6);
  const Conversation second = f.ask(
      "{\"cmd\":\"session.list\",\"args\":{\"limit\":3,\"cursor\":\"" + *summary.cursor + "\"}}");
  REQUIRE(second.items.size() == 3);
  CHECK(second.item<control::SessionRow>(0).id == SessionId(4));
  CHECK(second.item<control::SessionRow>(2).id == SessionId(6));
  CHECK_FALSE(second.report<control::ListSummary>().cursor);
}

TEST_CASE("A list of nothing is no error, a made-up cursor is one") {
  Fixture f;
  const Conversation empty = f.ask(R"({"cmd":"session.list"})");
  CHECK(empty.items.empty());
  CHECK(empty.report<control::ListSummary>() == control::ListSummary{0, 0, std::nullopt});
  CHECK(f.ask(R"({"cmd":"session.list","args":{"cursor":"x"}})").failure().code ==
        ErrorCode::kInvalidArgument);
}

TEST_CASE("A list may be filtered, ordered and cut to some fields, and wrong ones are told") {
  Fixture f;
  for (std::uint64_t id = 1; id <= 5; ++id) f.backend.add_session(id);
  const auto list = [&](const std::string& args) {
    return f.ask("{\"cmd\":\"session.list\",\"args\":{" + args + "}}");
  };
  CHECK(list(R"("filter":"id > 3")").items.size() == 2);
  const Conversation some = list(R"("fields":["peer","id"])");
  REQUIRE(some.items.size() == 5);
  CHECK(some.items[0].data == R"({"peer":"127.0.0.1:40001","id":"1"})");

  const control::Failure filter = list(R"("filter":"id > 3 and idlle > 5m")").failure();
  CHECK(filter.code == ErrorCode::kInvalidFilter);
  CHECK(filter.offset == 11u);
  CHECK(filter.hint == "did you mean \"idle\"?");
  CHECK(list(R"("sort":"-rx_byte")").failure().hint == "did you mean \"rx_bytes\"?");
  CHECK(list(R"("sort":"peer")").failure().code == ErrorCode::kInvalidArgument);
  CHECK(list(R"("sort":"id","cursor":"3")").failure().code == ErrorCode::kInvalidArgument);
  CHECK(list(R"("fields":["id","nonsense"])").failure().message ==
        "a row has no field \"nonsense\"");
}

TEST_CASE("show answers what there is and names what there is not") {
  Fixture f;
  f.backend.add_session(4);
  const Conversation some = f.ask(R"({"cmd":"session.show","args":{"ids":["9","4"]}})");
  REQUIRE(some.items.size() == 1);
  CHECK(some.item<control::SessionDetail>(0).row.id == SessionId(4));
  CHECK(some.report<control::ShowSummary>() == control::ShowSummary{1, {SessionId(9)}});
  const control::Failure none = f.ask(R"({"cmd":"session.show","args":{"ids":["9"]}})").failure();
  CHECK(none.code == ErrorCode::kNotFound);
  CHECK(none.message == "there is no session 9");
}

TEST_CASE("close hands over what was asked for and audits what came of it") {
  Fixture f;
  f.backend.add_session(1);
  f.backend.add_session(2);
  const Conversation both = f.ask(
      R"({"cmd":"session.close","args":{"ids":["1","2","3"],"reason":"normal","message":"bye"}})",
      Access::kOperate);
  CHECK(both.report<control::CloseSummary>() == control::CloseSummary{3, 2, 0, 1});
  REQUIRE(both.items.size() == 3);
  CHECK(both.item<control::CloseRow>(2) ==
        control::CloseRow{SessionId(3), control::CloseOutcome::kNotFound});
  REQUIRE(f.backend.orders.size() == 1);
  CHECK(f.backend.orders[0].why.reason == CloseReason::kNormal);
  CHECK(f.backend.orders[0].why.code == TransportCode::kAdminClose);
  CHECK(f.backend.orders[0].why.message == "bye");
  CHECK(f.backend.orders[0].uid == 1000);
  REQUIRE(f.audited.size() == 1);
  CHECK(f.audited[0].caller.uid == 1000);
  CHECK(f.audited[0].command == CommandId::kSessionClose);
  CHECK(f.audited[0].target == "1,2,3");
  CHECK(f.audited[0].affected == 2);
  CHECK_FALSE(f.audited[0].error);
}

TEST_CASE("A close that closes nothing is an error: conflict or not_found") {
  Fixture f;
  f.backend.add_session(1);
  f.backend.closing.insert(SessionId(1));
  const Conversation conflict = f.ask(R"({"cmd":"session.close","args":{"ids":["1"]}})");
  CHECK(conflict.failure().code == ErrorCode::kConflict);
  CHECK(conflict.items.size() == 1);
  CHECK(f.ask(R"({"cmd":"session.close","args":{"ids":["1","5"]}})").failure().code ==
        ErrorCode::kConflict);
  CHECK(f.ask(R"({"cmd":"session.close","args":{"ids":["5","6"]}})").failure().code ==
        ErrorCode::kNotFound);
  REQUIRE(f.audited.size() == 3);
  CHECK(f.audited[0].error == ErrorCode::kConflict);
  CHECK(f.audited[2].error == ErrorCode::kNotFound);
  CHECK(f.audited[2].affected == 0);
}

TEST_CASE("stop begins, a second one is a conflict, and now hastens it") {
  Fixture f;
  CHECK(f.ask(R"({"cmd":"stop"})").report<control::StopReport>().state == "stopping");
  CHECK(f.ask(R"({"cmd":"stop"})").failure().code == ErrorCode::kConflict);
  CHECK(f.ask(R"({"cmd":"stop","args":{"now":true}})").report<control::StopReport>().state ==
        "stopping");
  CHECK(f.ask(R"({"cmd":"stop","args":{"now":true}})").failure().code == ErrorCode::kConflict);
  REQUIRE(f.audited.size() == 4);
  CHECK(f.audited[0].target == "graceful");
  CHECK(f.audited[3].error == ErrorCode::kConflict);
}

TEST_CASE("Answers may come later, even when the handlers are gone") {
  Fixture f;
  f.backend.add_session(1);
  f.backend.hold = true;
  for (const control::CommandSpec& spec : control::command_table()) f.send(minimal_request(spec));
  // hello, ping and commands need no backend; log.level, config.show, the seven of bans, health,
  // metrics and stats don't wait for it.
  CHECK(f.answers.size() == 15);
  CHECK(f.audited.size() == 5);
  f.handlers.reset();
  f.backend.release();
  CHECK(f.answers.size() + f.streams.streams.size() == control::command_table().size());
  CHECK(f.audited.size() == 13);
}

TEST_CASE("A drain is as it was ordered") {
  Fixture f;
  f.ask(R"({"cmd":"drain.start","args":{"pace_ms":200,"retry_after_ms":9000,)"
        R"("alternate":"192.0.2.7:8080","sessions_left":3,"hold_ms":60000}})");
  const DrainOrder& order = f.backend.drain_order;
  CHECK(order.pace == std::chrono::milliseconds(200));
  CHECK(order.retry_after == std::chrono::seconds(9));
  CHECK(order.alternate->to_string() == "192.0.2.7:8080");
  CHECK(order.sessions_left == 3);
  CHECK(order.then == control::DrainEnd::kHold);
  CHECK(order.hold == std::chrono::minutes(1));
}

TEST_CASE("A drain that can't be meant is refused, and audited") {
  for (const char* args : {R"("alternate":"192.0.2.7:0")", R"("alternate":"nowhere")",
                           R"("then":"stay")", R"("then":"exit","hold_ms":60000)"}) {
    Fixture f;
    INFO(args);
    const auto answer = f.ask(R"({"cmd":"drain.start","args":{)" + std::string(args) + "}}");
    CHECK(answer.failure().code == ErrorCode::kInvalidArgument);
    CHECK_FALSE(f.backend.draining);
    CHECK(f.audited.size() == 1);
  }
}

TEST_CASE("Only who may stop the daemon may let it exit after a drain") {
  Fixture f;
  const std::string line = R"({"cmd":"drain.start","args":{"then":"exit"}})";
  CHECK(f.ask(line, Access::kOperate).failure().code == ErrorCode::kPermissionDenied);
  CHECK_FALSE(f.backend.draining);
  CHECK(f.ask(line, Access::kAdmin).report<control::DrainReport>().state == "draining");
  CHECK(f.backend.drain_order.then == control::DrainEnd::kExit);
}

TEST_CASE("A drain is begun once, told of, and cancelled once") {
  Fixture f;
  f.backend.add_session(1);
  CHECK(f.ask(R"({"cmd":"drain.cancel"})").failure().code == ErrorCode::kConflict);
  const auto begun = f.ask(R"({"cmd":"drain.start","args":{"deadline_ms":1500}})");
  CHECK(begun.report<control::DrainReport>().deadline_ms == 1500);
  CHECK(begun.report<control::DrainReport>().state == "draining");
  CHECK(f.ask(R"({"cmd":"drain.start"})").failure().code == ErrorCode::kConflict);
  CHECK(f.ask(R"({"cmd":"drain.status"})").report<control::DrainReport>().sessions_left == 1);
  CHECK(f.ask(R"({"cmd":"drain.cancel"})").report<control::DrainReport>().state == "running");
  f.backend.stopping = false;
  CHECK(f.ask(R"({"cmd":"drain.start"})").failure().message == "jetstreamd is stopping");
  // Also while a stop waits for its sessions.
  f.backend.draining = std::chrono::seconds(30);
  const auto refused = f.ask(R"({"cmd":"drain.cancel"})").failure();
  CHECK(refused.code == ErrorCode::kConflict);
  CHECK(refused.message == "jetstreamd is stopping");
  CHECK(f.backend.draining);
  // Every change and every attempt at one is on record.
  REQUIRE(f.audited.size() == 6);
  CHECK(f.audited.back().error == ErrorCode::kConflict);
  CHECK(f.audited.back().affected == 0);
}

TEST_CASE("session.closed lists as many as are asked for and says how many there are") {
  Fixture f;
  for (std::uint64_t id = 1; id <= 3; ++id) f.backend.closed.emplace_back().id = SessionId(id);
  const Conversation answer = f.ask(R"({"cmd":"session.closed","args":{"limit":2}})");
  CHECK(answer.items.size() == 2);
  const auto summary = answer.report<control::ClosedSummary>();
  CHECK((summary.count == 2 && summary.remembered == 3));
  REQUIRE(summary.cursor);
  const Conversation rest =
      f.ask(R"({"cmd":"session.closed","args":{"limit":2,"cursor":")" + *summary.cursor + "\"}}");
  REQUIRE(rest.items.size() == 1);
  CHECK(rest.item<control::ClosedRow>(0).id == SessionId(3));
  CHECK(rest.report<control::ClosedSummary>() == control::ClosedSummary{1, 3, {}});
  for (const std::string wrong :
       {"2", "1.2", "1.2.3.4", "1.2.x", "-", "1..3", "01.2.3", "1.2.3."}) {
    INFO(wrong);
    CHECK(f.ask(R"({"cmd":"session.closed","args":{"cursor":")" + wrong + "\"}}").failure().code ==
          ErrorCode::kInvalidArgument);
  }
  CHECK_FALSE(control::parse_request(R"({"cmd":"session.closed","args":{"limit":1001}})"));
}

TEST_CASE("limit.show answers for the daemon, or for the sessions that there are") {
  Fixture f;
  f.backend.add_session(4);
  const Conversation all = f.ask(R"({"cmd":"limit.show"})");
  REQUIRE(all.items.size() == 1);
  CHECK_FALSE(all.item<control::LimitRow>(0).session);
  CHECK(all.report<control::LimitSummary>() == control::LimitSummary{"enforce", {}});
  const Conversation some = f.ask(R"({"cmd":"limit.show","args":{"ids":["9","4"]}})");
  CHECK(some.item<control::LimitRow>(0).session == SessionId(4));
  CHECK(some.report<control::LimitSummary>().not_found == std::vector{SessionId(9)});
  const control::Failure none = f.ask(R"({"cmd":"limit.show","args":{"ids":["9"]}})").failure();
  CHECK(none.code == ErrorCode::kNotFound);
}

TEST_CASE("answers are counted by command, and apart where they are errors") {
  Fixture f;
  f.backend.add_session(4);
  const AdminTally& tally = f.handlers->tally();
  (void)f.ask(R"({"cmd":"ping"})");
  (void)f.ask(R"({"cmd":"limit.show"})");
  (void)f.ask(R"({"cmd":"limit.show","args":{"ids":["9"]}})");
  (void)f.ask(R"({"cmd":"session.close","args":{"ids":["9"]}})");
  CHECK(tally.successes(control::CommandId::kPing) == 1);
  CHECK(tally.errors(control::CommandId::kPing) == 0);
  CHECK(tally.successes(control::CommandId::kLimitShow) == 1);
  CHECK(tally.errors(control::CommandId::kLimitShow) == 1);
  CHECK(tally.successes(control::CommandId::kSessionClose) == 0);
  CHECK(tally.errors(control::CommandId::kSessionClose) == 1);
  CHECK(tally.successes(control::CommandId::kStop) == 0);
}

TEST_CASE("limit.suggest answers with what the limits could be") {
  Fixture f;
  const Conversation answer = f.ask(R"({"cmd":"limit.suggest"})");
  REQUIRE(answer.items.size() == 1);
  CHECK(answer.item<control::LimitSuggestionRow>(0).key == "handshake.rate_per_source");
  CHECK(answer.report<control::LimitSuggestSummary>().seen_ms == 60'000);
}

}  // namespace jetstream::daemon
