// SPDX-License-Identifier: MIT
//
// log.level, log.tail, events and session.watch, before a fake daemon.
#include <catch2/catch.hpp>

#include "admin_fake_backend.h"
#include "admin_fake_stream.h"
#include "daemon/admin/admin_handlers.h"
#include "daemon/admin/event_rows.h"

namespace jetstream::daemon {
namespace {

using control::Access;
using control::ErrorCode;
using std::chrono::milliseconds;

struct Fixture {
  testing::FakeBackend backend;
  testing::FakeStreams streams;
  std::vector<AuditRecord> audited;
  std::string answer;
  AdminHandlers handlers{backend.parts(),
                         [this](const AuditRecord& record) { audited.push_back(record); }};

  void send(const std::string& line, Access role = Access::kAdmin) {
    const auto request = control::parse_request(line);
    if (!request) FAIL(request.error().failure.message);
    handlers.handle(
        *request, {{1000, 2000, 77, {}}, role},
        [this](std::string lines) { answer = std::move(lines); }, streams.opener());
  }
  control::Reply ask(const std::string& line, Access role = Access::kAdmin) {
    answer.clear();
    send(line, role);
    REQUIRE(answer.find('\n') == answer.size() - 1);
    return control::parse_reply(answer.substr(0, answer.size() - 1)).value();
  }
  ErrorCode refused(const std::string& line, Access role = Access::kAdmin) {
    const control::Reply reply = ask(line, role);
    REQUIRE(reply.kind == control::ReplyKind::kError);
    CHECK(streams.streams.empty());
    return reply.failure.code;
  }
  control::LogLevelReport level(const std::string& args) {
    const auto reply = ask(R"({"cmd":"log.level","args":{)" + args + "}}");
    REQUIRE(reply.kind == control::ReplyKind::kResult);
    return control::read_report<control::LogLevelReport>(reply.data).value();
  }
  testing::FakeStreams::Stream& stream() {
    REQUIRE(streams.streams.size() == 1);
    return *streams.streams[0];
  }
  EventQuery query() {
    REQUIRE(backend.listeners.size() == 1);
    const auto listener = backend.listeners[0].lock();
    REQUIRE(listener);
    return listener->query;
  }
  bool is_heard() const { return !backend.listeners.at(0).expired(); }
};

control::EventRow row_of_line(std::string line) {
  REQUIRE(line.back() == '\n');
  line.pop_back();
  const auto reply = control::parse_reply(line);
  REQUIRE(reply);
  REQUIRE(reply->kind == control::ReplyKind::kEvent);
  return control::read_report<control::EventRow>(reply->data).value();
}

bool has(const EventQuery& query, LogEvent event) {
  return query.events[static_cast<std::size_t>(event)];
}

}  // namespace

TEST_CASE("The log's level is shown and changed, for the log or a module, and all is audited") {
  Fixture f;
  CHECK(f.level("").level == "info");
  CHECK(f.backend.log_orders.empty());
  const auto changed = f.level(R"("level":"trace")");
  CHECK(changed.level == "trace");
  CHECK(changed.previous == "info");
  CHECK(changed.configured == "info");
  CHECK(f.level(R"("level":"debug","module":"stream","for_ms":600000)").level == "debug");
  REQUIRE(f.backend.log_orders.size() == 2);
  CHECK(f.backend.log_orders[0].module.empty());
  CHECK_FALSE(f.backend.log_orders[0].lasts);
  CHECK(f.backend.log_orders[1].module == "stream");
  CHECK(f.backend.log_orders[1].lasts == milliseconds(600'000));
  CHECK(f.backend.log_orders[1].uid == 1000);
  CHECK(f.level(R"("level":"default")").level == "info");
  CHECK_FALSE(f.backend.log_orders[2].level);
  REQUIRE(f.audited.size() == 4);
  CHECK(f.audited[0].target == "show");
  CHECK(f.audited[1].target == "trace");
  CHECK_FALSE(f.audited[1].error);
}

TEST_CASE("A level or module that there is not, or a time without a level, changes nothing") {
  Fixture f;
  for (const char* args : {R"("level":"verbose")", R"("module":"strem")", R"("for_ms":5)",
                           R"("level":"default","for_ms":5)"}) {
    INFO(args);
    CHECK(f.refused(R"({"cmd":"log.level","args":{)" + std::string(args) + "}}") ==
          ErrorCode::kInvalidArgument);
    CHECK(f.audited.back().error == ErrorCode::kInvalidArgument);
  }
  CHECK(f.answer.find("as configured") == std::string::npos);
  CHECK(f.backend.log_orders.empty());
  f.ask(R"({"cmd":"log.tail","args":{"module":"strem"}})");
  CHECK(f.answer.find("stream") != std::string::npos);
}

TEST_CASE("A tail hears what it asks for and ends by itself") {
  Fixture f;
  f.backend.remembered.last_seq = 17;
  f.send(R"({"id":4,"cmd":"log.tail","args":{"level":"debug","module":"session","for_ms":5000}})",
         Access::kRead);
  const control::EventRow begin = row_of_line(f.stream().lines.at(0));
  CHECK(begin.type == control::kStreamBegin);
  CHECK(begin.seq == 17);
  CHECK(has(f.query(), LogEvent::kSessionClosed));
  CHECK(has(f.query(), LogEvent::kSessionKeysUpdated));
  CHECK_FALSE(has(f.query(), LogEvent::kStreamDataSent));
  CHECK_FALSE(has(f.query(), LogEvent::kDaemonReady));

  f.backend.listeners[0].lock()->hear(gap_row(3));
  REQUIRE(f.stream().lines.size() == 2);
  CHECK(f.stream().lines[1].starts_with(R"({"id":4,"type":"event",)"));
  REQUIRE(f.backend.ends.size() == 1);
  CHECK(f.backend.ends[0].first == milliseconds(5000));
  f.backend.ends[0].second();
  CHECK(f.stream().end.find(R"("schema":"jetstreamd.log.tail/1","data":{"count":1})") !=
        std::string::npos);
  CHECK_FALSE(f.is_heard());
}

TEST_CASE("A stream whose caller leaves is heard no more, and its end is nobody's") {
  Fixture f;
  f.send(R"({"cmd":"log.tail"})");
  REQUIRE(f.is_heard());
  CHECK(f.backend.ends.at(0).first == milliseconds(control::kLogTailForMs));
  testing::FakeStreams::leave(f.stream());
  CHECK_FALSE(f.is_heard());
  CHECK(f.stream().dropped);
  f.backend.ends[0].second();
  CHECK(f.stream().end.empty());
}

TEST_CASE("A session that there is not can't be traced") {
  Fixture f;
  f.send(R"({"cmd":"log.tail","args":{"session":"999"}})");
  CHECK(f.stream().end.find(R"("code":"not_found")") != std::string::npos);
  CHECK_FALSE(f.is_heard());
}

TEST_CASE("Tracing one session takes the role operate, and is audited when refused") {
  Fixture f;
  const std::string line = R"({"cmd":"log.tail","args":{"level":"trace","session":"7"}})";
  CHECK(f.refused(line, Access::kRead) == ErrorCode::kPermissionDenied);
  REQUIRE(f.audited.size() == 1);
  CHECK(f.audited[0].error == ErrorCode::kPermissionDenied);
  f.backend.add_session(7);
  f.backend.may_trace = false;
  CHECK(f.refused(line, Access::kOperate) == ErrorCode::kBusy);
  CHECK(f.refused(R"({"cmd":"log.tail","args":{"session":"x"}})") == ErrorCode::kInvalidArgument);
  CHECK(f.refused(R"({"cmd":"log.tail","args":{"level":"loud"}})") == ErrorCode::kInvalidArgument);
  f.backend.may_trace = true;
  f.send(line, Access::kOperate);
  CHECK(f.query().session == SessionId(7));
  CHECK(has(f.query(), LogEvent::kStreamDataSent));
}

TEST_CASE("Events are replayed from where the caller stopped, with a gap where some are gone") {
  Fixture f;
  f.backend.remembered = {{gap_row(1), gap_row(2)}, 5, 40};
  f.backend.remembered.rows[0].seq = 39;
  f.backend.remembered.rows[1].seq = 40;
  f.send(R"({"cmd":"events","args":{"since":30,"types":["admin.command","session"]}})");
  const std::string& first = f.stream().lines.at(0);
  CHECK(std::count(first.begin(), first.end(), '\n') == 4);
  CHECK(first.find(R"("fields":{"lost":5})") < first.find(R"("seq":39)"));
  // Once: what comes between two looks would be neither in the replay nor in the stream.
  REQUIRE(f.backend.replayed.size() == 1);
  CHECK(f.backend.replayed[0].first == 30);
  CHECK(row_of_line(first.substr(0, first.find('\n') + 1)).seq == 40);
  CHECK(has(f.query(), LogEvent::kAdminCommand));
  CHECK(has(f.query(), LogEvent::kSessionClosed));
  CHECK_FALSE(has(f.query(), LogEvent::kAdminRefused));
  CHECK_FALSE(has(f.query(), LogEvent::kSessionKeysUpdated));  // nobody remembers it
}

TEST_CASE("Whoever never stopped has missed nothing") {
  Fixture f;
  f.backend.remembered = {{}, 5, 40};
  f.send(R"({"cmd":"events"})");
  CHECK(f.stream().lines.at(0).find("gap") == std::string::npos);
}

TEST_CASE("A replay alone is an answer like any other") {
  Fixture f;
  f.backend.remembered = {{gap_row(1)}, 5, 40};
  f.send(R"({"cmd":"events","args":{"since":40,"no_follow":true}})");
  CHECK(f.streams.streams.empty());
  CHECK(f.answer.starts_with(R"({"type":"item",)"));
  CHECK(f.answer.find(R"("data":{"count":1,"missing":5,"last_seq":40})") != std::string::npos);
}

TEST_CASE("A number that never was, and a type that never is, are refused") {
  Fixture f;
  f.backend.remembered.last_seq = 40;
  CHECK(f.refused(R"({"cmd":"events","args":{"since":41}})") == ErrorCode::kPreconditionFailed);
  CHECK(f.refused(R"({"cmd":"events","args":{"types":["admin.comand"]}})") ==
        ErrorCode::kInvalidArgument);
  CHECK(f.answer.find("admin.command") != std::string::npos);
}

TEST_CASE("A watch has the events of sessions' lives, and its filter is understood") {
  Fixture f;
  f.send(R"({"cmd":"session.watch","args":{"filter":"by = peer and peer in 192.0.2.0/24"}})");
  for (const LogEvent event : {LogEvent::kHandshakeCompleted, LogEvent::kSessionClosed,
                               LogEvent::kSessionMigrated, LogEvent::kSessionKeysUpdated}) {
    CHECK(has(f.query(), event));
  }
  CHECK_FALSE(has(f.query(), LogEvent::kStreamDataSent));
  CHECK_FALSE(f.query().filter.matches_everything());
  Fixture wrong;
  CHECK(wrong.refused(R"({"cmd":"session.watch","args":{"filter":"bye = peer"}})") ==
        ErrorCode::kInvalidFilter);
  CHECK(wrong.answer.find(R"("offset":0)") != std::string::npos);
}

}  // namespace jetstream::daemon
