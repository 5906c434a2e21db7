// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "jetstream/control.h"

namespace jetstream::control {
namespace {

SessionRow some_row() {
  SessionRow row;
  row.id = SessionId(18446744073709551615u);
  row.peer = "[2001:db8::7]:51820";
  row.state = "established";
  row.suite = "aes-256-gcm";
  row.created_at = UnixTime(1'000'000'000'123);
  row.age_ms = 312'044;
  row.idle_ms = 44;
  row.streams_open = 3;
  row.rx_bytes = 18446744073709551615u;
  row.tx_bytes = 2;
  row.cwnd_bytes = 12'000;
  row.packets_lost = 1;
  row.peer_identity = "sha256:abc";
  row.worker = 1;
  return row;
}

Reply parsed(std::string line) {
  REQUIRE(line.back() == '\n');
  line.pop_back();
  CHECK(line.find('\n') == std::string::npos);
  const auto reply = parse_reply(line);
  INFO(line);
  REQUIRE(reply);
  return *reply;
}

template <class Row>
void check_row(const Row& row) {
  const Reply reply = parsed(write_item(std::int64_t{3}, row));
  CHECK(reply.kind == ReplyKind::kItem);
  CHECK(reply.id == RequestId(std::int64_t{3}));
  const auto read = read_report<Row>(reply.data);
  REQUIRE(read);
  CHECK(*read == row);
}

template <class Report>
void check_report(CommandId command, const Report& report) {
  const Reply reply = parsed(write_result(std::string("x"), command, report));
  CHECK(reply.kind == ReplyKind::kResult);
  CHECK(reply.id == RequestId(std::string("x")));
  CHECK(reply.schema == schema_of(command));
  const auto read = read_report<Report>(reply.data);
  REQUIRE(read);
  CHECK(*read == report);
}

}  // namespace

TEST_CASE("Rows survive writing and reading") {
  SessionRow least;
  least.id = SessionId(1);
  check_row(least);
  check_row(some_row());
  SessionDetail detail;
  detail.row = some_row();
  detail.local = "127.0.0.1:8080";
  detail.timeout_ms = 30'000;
  detail.min_rtt_us = 87;
  detail.times_limited = 6;
  detail.streams = {StreamRow{1, "echo", "open", "bytes", "client", 3, 16, 10, 20, 30, 40},
                    StreamRow{2, "", "closing", "messages", "server", 0, 255, 0, 0, 0, 0}};
  check_row(detail);
  check_row(CloseRow{SessionId(5), CloseOutcome::kAlreadyClosing});
  for (const CommandSpec& spec : command_table()) check_row(row_of(spec));
}

TEST_CASE("Reports survive writing and reading") {
  check_report(CommandId::kHello,
               HelloReport{"0.1.0", "jetstreamd.admin/1", "read", 1000, 1000, 7});
  check_report(CommandId::kHello, HelloReport{"0.1.0", "p", "read", 0, 0, std::nullopt});
  check_report(CommandId::kPing, PingReport{42});
  StatusReport status;
  status.version = "0.1.0";
  status.state = "running";
  status.listeners = {"127.0.0.1:8080", "[::1]:8080"};
  status.sessions_closed = {{"normal", 3}, {"going_away", 0}};
  status.resets_sent = 4;
  status.resets_received = 1;
  status.admission = {{"retry_sent", 2}};
  status.resumption = {{"resumed", 3}};
  status.drops = {{"too_short", 1}};
  status.bans = {{"admin", 2}, {"auto", 0}};
  status.rate_limit_waits = {{"session_messages_received", 2}};
  status.rate_limit_observed = {{"session_messages_received", 4}};
  status.rate_limit_drops = {{"session_bytes_received", 3}};
  status.problems = {"warning socket_drops: 3"};
  status.config_path = "/etc/jetstreamd/jetstreamd.yaml";
  check_report(CommandId::kStatus, status);
  check_report(CommandId::kSessionList, ListSummary{2, 100, "17"});
  check_report(CommandId::kSessionShow, ShowSummary{1, {SessionId(9)}});
  check_report(CommandId::kSessionClose, CloseSummary{2, 1});
  check_report(CommandId::kStop, StopReport{"stopping"});
  check_report(CommandId::kLogLevel, LogLevelReport{"debug",
                                                    "info",
                                                    "info",
                                                    {{std::nullopt, "debug", UnixTime(1'000), 7},
                                                     {"stream", "trace", std::nullopt, 0}}});
  check_report(CommandId::kEvents, EventsSummary{3, 2, 99});
  check_report(CommandId::kLogTail, StreamSummary{12});
  check_report(CommandId::kLimitShow, LimitSummary{"observe", {SessionId(9)}});
  check_report(CommandId::kLimitSuggest, LimitSuggestSummary{"observe", 1500, 1000});
  LimitSuggestionRow suggestion;
  suggestion.key = "handshake.rate_per_source";
  suggestion.current = 100;
  suggestion.above_current = 0.25;
  suggestion.suggested = 7;
  suggestion.above_suggested = 0;
  suggestion.remark = "little";
  check_row(suggestion);
  check_report(CommandId::kSessionClosed, ClosedSummary{2, 1024, "5.6.7"});
  check_report(CommandId::kSessionClosed, ClosedSummary{2, 1024, std::nullopt});
  check_report(CommandId::kDrainStatus, DrainReport{"running", 0, 0, 0, 0, std::nullopt});
  check_report(CommandId::kDrainStart, DrainReport{"draining", 9, 4, 1500, 30000, 1200});
  check_row(ClosedRow{SessionId(3), "192.0.2.1:5", "timeout", "idle_timeout", "local", "idle",
                      "gone", UnixTime(1'000'000'000'123), 7, 8, 9});
  check_report(CommandId::kHealth, HealthReport{false, false, true, "draining", 2});
  check_report(CommandId::kWait, WaitReport{"running", 3, 1500});
  check_report(CommandId::kMetrics, MetricsReport{"# HELP a b\na{c=\"d\"} 1\n"});
  check_report(CommandId::kStats, StatsSummary{40});
  check_row(HealthRow{"socket_drops", "warning", "3", UnixTime(1'000'000'000'123), false, true,
                      "worker_stalled", "do something"});
  check_row(StatRow{"jetstreamd_sessions{state=\"other\"}", "gauge", 2.5});
  check_report(CommandId::kCommands, CommandsSummary{8});
}

TEST_CASE("rows and reports of the configuration are read back as they were written") {
  check_row(ConfigValueRow{"sessions.timeout", "30s", "default", "new_sessions", std::nullopt});
  check_row(ConfigProblemRow{"f.yaml:3:5", "f.yaml", 3, 5, 9, "error", "unknown_key", "sessions.x",
                             "wrong", "right", "3 | x"});
  check_row(ConfigKeyRow{"sessions.x",
                         "It is.",
                         "duration",
                         {"s"},
                         {"a"},
                         "1s",
                         "0s",
                         "2s",
                         true,
                         true,
                         true,
                         "all_sessions",
                         "JETSTREAMD__SESSIONS__X",
                         "0.1.0"});
  check_row(ConfigKeyRow{});
  check_report(
      CommandId::kConfigShow,
      ConfigShowReport{"f.yaml",
                       "sha256:00",
                       "version: 1\n",
                       {RuntimeRow{"log level", "log.level", "debug", "jsctl log level", 1000,
                                   "ana", UnixTime(1'000)},
                        RuntimeRow{"bans", std::nullopt, "3", "jsctl ban list", {}, {}, {}}}});
  check_report(CommandId::kConfigReload,
               ConfigReloadReport{{"sha256:00", "sha256:01"},
                                  {{"sessions.timeout", "30s", "60s", "new_sessions"}},
                                  {{"server.workers", "auto", std::nullopt, "restart"}},
                                  40,
                                  {"hm"},
                                  false,
                                  60000,
                                  3});
}

TEST_CASE("Events survive writing and reading, and are no items") {
  EventRow row{12, UnixTime(1'000'000'000'123), "session.closed", "info", "connection closed", {}};
  row.fields = {{"session_id", "7"}, {"bytes", std::uint64_t{18446744073709551615u}}};
  const Reply reply = parsed(write_event(std::int64_t{3}, row));
  CHECK(reply.kind == ReplyKind::kEvent);
  CHECK(reply.id == RequestId(std::int64_t{3}));
  CHECK(read_report<EventRow>(reply.data).value() == row);
  row.seq.reset();
  check_row(row);
  for (const char* wrong : {R"({"n":null})", R"({"n":-1})", R"({"n":{}})", "[]"}) {
    EventRow other = row;
    other.fields = {};
    std::string data = write_report(other);
    data.replace(data.find("{}"), 2, wrong);
    CHECK_FALSE(read_report<EventRow>(data));
  }
  CHECK_FALSE(parse_reply(R"({"type":"event"})"));
}

TEST_CASE("The lines look as documented") {
  CHECK(write_item({}, CloseRow{SessionId(7), CloseOutcome::kClosed}) ==
        R"({"type":"item","data":{"id":"7","outcome":"closed","peer":null}})"
        "\n");
  CHECK(write_result(std::string("7"), CommandId::kSessionList, ListSummary{1, 4211, {}}) ==
        R"({"id":"7","type":"result","schema":"jetstreamd.session.list/1",)"
        R"("data":{"count":1,"table_size":4211,"cursor":null,"matched":null},"warnings":[]})"
        "\n");
  CHECK(write_error(std::int64_t{7}, {ErrorCode::kNotFound, "no session 9", {}}) ==
        R"({"id":7,"type":"error","error":{"code":"not_found","message":"no session 9",)"
        R"("hint":null,"offset":null}})"
        "\n");
}

TEST_CASE("An absent value is null, a session id a string, a time RFC 3339") {
  const std::string line = write_item({}, some_row());
  CHECK(line.find(R"("rtt_us":null)") != std::string::npos);
  CHECK(line.find(R"("id":"18446744073709551615")") != std::string::npos);
  CHECK(line.find(R"("rx_bytes":18446744073709551615)") != std::string::npos);
  CHECK(line.find(R"("created_at":"2001-09-09T01:46:40.123Z")") != std::string::npos);
}

TEST_CASE("Foreign bytes never break a line") {
  SessionRow row = some_row();
  row.peer = "a\nb\x01\xff\xc3";
  const std::string line = write_item({}, row);
  CHECK(line.find('\n') == line.size() - 1);
  CHECK(line.find('\x01') == std::string::npos);
  const auto read = read_report<SessionRow>(parsed(line).data);
  REQUIRE(read);
  CHECK(read->peer == "a\nb\x01\xef\xbf\xbd\xef\xbf\xbd");
}

TEST_CASE("Errors survive writing and reading, and unknown codes are internal ones") {
  const Failure failure{ErrorCode::kConflict, "closes already", "wait"};
  CHECK(parsed(write_error({}, failure)).failure == failure);
  const auto reply = parse_reply(R"({"type":"error","error":{"code":"moon","message":"m"}})");
  REQUIRE(reply);
  CHECK(reply->failure == Failure{ErrorCode::kInternal, "m", std::nullopt});
}

TEST_CASE("Answers that are none are refused") {
  for (const char* line :
       {"", "{}", "[]", "{\"type\":\"item\"}", "{\"type\":\"item\",\"data\":[]}",
        "{\"type\":\"result\",\"data\":{}}", "{\"type\":\"other\",\"data\":{}}",
        "{\"type\":\"error\"}", "{\"type\":\"error\",\"error\":{\"code\":\"busy\"}}",
        "{\"type\":\"error\",\"error\":{\"message\":\"m\"}}",
        "{\"type\":\"item\",\"type\":\"item\"}", "{\"type\":\"item\",\"data\":{\"a\":[[[[[1]]]]]}}",
        "hello"}) {
    INFO(line);
    CHECK_FALSE(parse_reply(line));
  }
}

TEST_CASE("Reading ignores fields of the future and insists on those of today") {
  CHECK(read_report<PingReport>(R"({"pid":1,"mood":"good"})"));
  CHECK(parse_reply(R"({"type":"item","data":{"a":1},"seq":5})"));
  for (const char* data : {"{}", "[]", "1", "{\"pid\":-1}", "{\"pid\":\"1\"}", "{\"pid\":null}",
                           "{\"pid\":1.0}", "{\"pid\":1,\"pid\":1}"}) {
    INFO(data);
    CHECK_FALSE(read_report<PingReport>(data));
  }
  CHECK_FALSE(read_report<CloseRow>(R"({"id":"5","outcome":"exploded"})"));
  CHECK_FALSE(read_report<CloseRow>(R"({"id":5,"outcome":"closed"})"));
  CHECK_FALSE(read_report<ShowSummary>(R"({"count":1,"not_found":["1",2]})"));
  CHECK_FALSE(read_report<ListSummary>(R"({"count":1,"table_size":1})"));
}

TEST_CASE("A document joins the lines of an answer") {
  const std::vector<std::string> items{R"({"a":1})", R"({"a":2})"};
  CHECK(write_document("s/1", &items, R"({"count":2})") ==
        R"({"schema":"s/1","items":[{"a":1},{"a":2}],"data":{"count":2}})"
        "\n");
  const std::vector<std::string> none;
  CHECK(write_document("s/1", &none, "{}") == "{\"schema\":\"s/1\",\"items\":[],\"data\":{}}\n");
  CHECK(write_document("s/1", nullptr, "{}") == "{\"schema\":\"s/1\",\"data\":{}}\n");
}

TEST_CASE("What steers terminals is escaped, and means the same") {
  BanRow row;
  row.reason = "\x1b[2J \x7f \xc2\x80\xc2\x9b\xc2\x9f \xc2\xa0 \xc3\xbc";
  const std::string line = write_item({}, row);
  CHECK(line.find(R"(\u001b[2J \u007f \u0080\u009b\u009f )") != std::string::npos);
  CHECK(line.find(" \xc2\xa0 \xc3\xbc\"") != std::string::npos);
  const auto reply = parse_reply(line.substr(0, line.size() - 1));
  REQUIRE(reply);
  CHECK(reply->data.find("\xc2\x9b") == std::string::npos);
  CHECK(read_report<BanRow>(reply->data).value().reason == row.reason);
}

}  // namespace jetstream::control
