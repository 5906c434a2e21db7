// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>
#include <vector>

#include "jetstream/control.h"

namespace jetstream::control {
namespace {

Request good(std::string_view line) {
  const auto request = parse_request(line);
  INFO(line);
  if (!request) FAIL(request.error().failure.message);
  return *request;
}

RequestFault bad(std::string_view line) {
  const auto request = parse_request(line);
  INFO(line);
  REQUIRE_FALSE(request);
  CHECK_FALSE(request.error().failure.message.empty());
  return request.error();
}

ErrorCode code_of(std::string_view line) { return bad(line).failure.code; }

std::string ids_json(std::size_t count) {
  std::string json = "[";
  for (std::size_t i = 1; i <= count; ++i) {
    json += (i == 1 ? "\"" : ",\"") + std::to_string(i) + "\"";
  }
  return json + "]";
}

}  // namespace

TEST_CASE("Every request survives writing and reading") {
  const std::vector<Request> requests{
      {{}, CommandId::kHello, NoArgs{}},
      {std::int64_t{-7}, CommandId::kPing, NoArgs{}},
      {std::string("a \"quoted\" id"), CommandId::kStatus, NoArgs{}},
      {{}, CommandId::kSessionList, SessionListArgs{}},
      {{}, CommandId::kSessionList, SessionListArgs{1000, "17"}},
      {{}, CommandId::kSessionShow, SessionShowArgs{{SessionId(1), SessionId(UINT64_MAX)}}},
      {std::int64_t{INT64_MAX}, CommandId::kSessionClose,
       SessionCloseArgs{{SessionId(3)}, CloseReason::kInternalError, "gr\xc3\xbc\xc3\x9f dich"}},
      {{}, CommandId::kSessionClosed, SessionClosedArgs{}},
      {{}, CommandId::kSessionClosed, SessionClosedArgs{1000, {}, {}, "5.6.7"}},
      {{}, CommandId::kDrainStart, DrainStartArgs{}},
      {{}, CommandId::kDrainStart, DrainStartArgs{30'000}},
      {{}, CommandId::kDrainCancel, NoArgs{}},
      {{}, CommandId::kDrainStatus, NoArgs{}},
      {{}, CommandId::kStop, StopArgs{}},
      {{}, CommandId::kStop, StopArgs{true}},
      {{}, CommandId::kLogLevel, LogLevelArgs{}},
      {{}, CommandId::kLogLevel, LogLevelArgs{"debug", "stream", 60'000}},
      {{}, CommandId::kLimitShow, LimitShowArgs{}},
      {{}, CommandId::kLimitShow, LimitShowArgs{{SessionId(3)}}},
      {{}, CommandId::kLimitSuggest, NoArgs{}},
      {{}, CommandId::kHealth, HealthArgs{true}},
      {{}, CommandId::kWait, WaitArgs{"sessions<=3", 60'000}},
      {{}, CommandId::kMetrics, NoArgs{}},
      {{}, CommandId::kStats, StatsArgs{}},
      {{}, CommandId::kStats, StatsArgs{"limiter"}},
      {{}, CommandId::kCommands, NoArgs{}},
  };
  for (const Request& request : requests) {
    std::string line = write_request(request);
    REQUIRE(line.back() == '\n');
    line.pop_back();
    CHECK(line.find('\n') == std::string::npos);
    CHECK(good(line) == request);
  }
}

TEST_CASE("What is left out or null has its default") {
  CHECK(good(R"({"cmd":"session.list"})").args == Args(SessionListArgs{100, std::nullopt}));
  CHECK(good(R"({"cmd":"session.list","args":null,"id":null})").id == RequestId{});
  CHECK(good(R"({"cmd":"session.list","args":{"cursor":null,"limit":null}})").args ==
        Args(SessionListArgs{}));
  CHECK(good(R"({"cmd":"session.close","args":{"ids":["4"]}})").args ==
        Args(SessionCloseArgs{{SessionId(4)}, CloseReason::kGoingAway, ""}));
  CHECK(good(" {\"cmd\" : \"ping\"}\r").command == CommandId::kPing);
}

TEST_CASE("What is no request is a bad request") {
  for (const char* line : {"",
                           " ",
                           "{",
                           "}",
                           "null",
                           "[]",
                           "\"ping\"",
                           "{}",
                           "{\"cmd\":1}",
                           "{\"cmd\":null}",
                           "{\"cmd\":\"ping\"}{}",
                           "{\"cmd\":\"ping\"} x",
                           "{'cmd':'ping'}",
                           "{\"cmd\":\"ping\",}",
                           "{\"cmd\":\"ping\",\"args\":[]}",
                           "{\"cmd\":\"ping\",\"args\":\"\"}",
                           "{\"cmd\":\"ping\",\"id\":{}}",
                           "{\"cmd\":\"ping\",\"id\":1.5}",
                           "{\"cmd\":\"ping\",\"id\":true}",
                           "{\"cmd\":\"ping\",\"id\":9223372036854775808}",
                           "{\"cmd\":\"ping\",\"id\":1e999}",
                           "{\"cmd\":\"pi\xff\"}",
                           "{\"cmd\":\"p\x01\"}",
                           "\xef\xbb\xbf",
                           "// comment\n{\"cmd\":\"ping\"}",
                           "NaN",
                           "{\"cmd\":\"\\ud800\"}"}) {
    INFO(line);
    CHECK(code_of(line) == ErrorCode::kBadRequest);
  }
  CHECK(code_of("{\"cmd\":\"ping\",\"id\":\"" + std::string(65, 'x') + "\"}") ==
        ErrorCode::kBadRequest);
  CHECK(good("{\"cmd\":\"ping\",\"id\":\"" + std::string(64, 'x') + "\"}").id ==
        RequestId(std::string(64, 'x')));
}

TEST_CASE("A request is all of its line: no NUL ends it, no byte order mark begins it") {
  using namespace std::string_literals;
  for (const std::string& line :
       {"{\"cmd\":\"ping\"}\0{\"cmd\":\"stop\"}"s, "{\"cmd\":\"ping\"}\0"s, "\0{\"cmd\":\"ping\"}"s,
        "{\"cmd\":\"pi\0ng\"}"s, "\xef\xbb\xbf{\"cmd\":\"ping\"}"s}) {
    INFO(line);
    CHECK(code_of(line) == ErrorCode::kBadRequest);
  }
}

TEST_CASE("Keys that stand twice are refused at every level") {
  CHECK(code_of(R"({"cmd":"ping","cmd":"stop"})") == ErrorCode::kBadRequest);
  CHECK(code_of(R"({"cmd":"ping","\u0063md":"stop"})") == ErrorCode::kBadRequest);
  CHECK(code_of(R"({"cmd":"stop","args":{"now":false,"now":true}})") == ErrorCode::kBadRequest);
  CHECK(good(R"({"id":"cmd","cmd":"stop","args":{"now":true}})").command == CommandId::kStop);
}

TEST_CASE("Deep nesting ends at the level that no request needs") {
  CHECK(code_of(R"({"cmd":"session.show","args":{"ids":[["1"]]}})") == ErrorCode::kBadRequest);
  CHECK(bad(R"({"cmd":"session.show","args":{"ids":[[]]}})").failure.message.find("nested") !=
        std::string::npos);
  CHECK(code_of(std::string(60'000, '[')) == ErrorCode::kBadRequest);
  std::string objects;
  for (int i = 0; i < 10'000; ++i) objects += "{\"a\":";
  CHECK(code_of(objects) == ErrorCode::kBadRequest);
}

TEST_CASE("A line is as long as the limit and not one byte longer") {
  const std::string request = R"({"cmd":"ping"})";
  CHECK(good(request + std::string(kRequestBytesMax - request.size(), ' ')).command ==
        CommandId::kPing);
  CHECK(code_of(request + std::string(kRequestBytesMax - request.size() + 1, ' ')) ==
        ErrorCode::kRequestTooLarge);
}

TEST_CASE("Unknown keys, commands and arguments are named, with what may have been meant") {
  const RequestFault key = bad(R"({"cmd":"ping","arg":{}})");
  CHECK(key.failure.code == ErrorCode::kBadRequest);
  CHECK(key.failure.hint == "did you mean \"args\"?");

  const RequestFault command = bad(R"({"id":5,"cmd":"session.lst"})");
  CHECK(command.failure.code == ErrorCode::kUnknownCommand);
  CHECK(command.failure.hint == "did you mean \"session.list\"?");
  CHECK(command.id == RequestId(std::int64_t{5}));
  CHECK_FALSE(command.command);
  CHECK(bad(R"({"cmd":"shutdown"})").failure.hint == "the command \"commands\" lists them");

  const RequestFault argument = bad(R"({"cmd":"session.list","args":{"limits":3}})");
  CHECK(argument.failure.code == ErrorCode::kUnknownArgument);
  CHECK(argument.failure.message == "command session.list has no argument \"limits\"");
  CHECK(argument.failure.hint == "did you mean \"limit\"?");
  CHECK(argument.command == CommandId::kSessionList);
  CHECK(code_of(R"({"cmd":"ping","args":{"ids":["1"]}})") == ErrorCode::kUnknownArgument);
}

TEST_CASE("What was sent is quoted short and without control characters") {
  const std::string message =
      bad("{\"cmd\":\"\\u001b[31m" + std::string(1000, 'x') + "\"}").failure.message;
  CHECK(message.find('\x1b') == std::string::npos);
  CHECK(message.find("?[31m") != std::string::npos);
  CHECK(message.size() < 100);
}

TEST_CASE("Arguments are checked for type and range") {
  const auto list = [](const std::string& limit) {
    return R"({"cmd":"session.list","args":{"limit":)" + limit + "}}";
  };
  CHECK(std::get<SessionListArgs>(good(list("1")).args).limit == 1);
  CHECK(std::get<SessionListArgs>(good(list("1000")).args).limit == 1000);
  for (const char* limit :
       {"0", "1001", "-1", "1.0", "1e2", "\"1\"", "true", "[]", "{}", "18446744073709551616"}) {
    INFO(limit);
    CHECK(code_of(list(limit)) == ErrorCode::kInvalidArgument);
  }
  CHECK(code_of(R"({"cmd":"session.list","args":{"cursor":""}})") == ErrorCode::kInvalidArgument);
  CHECK(code_of(R"({"cmd":"session.list","args":{"cursor":7}})") == ErrorCode::kInvalidArgument);
  CHECK(code_of(R"({"cmd":"stop","args":{"now":1}})") == ErrorCode::kInvalidArgument);
  CHECK(code_of(R"({"cmd":"stop","args":{"now":"yes"}})") == ErrorCode::kInvalidArgument);
}

TEST_CASE("Session ids are an array of distinct decimal strings") {
  const auto show = [](const std::string& ids) {
    return R"({"cmd":"session.show","args":{"ids":)" + ids + "}}";
  };
  CHECK(std::get<SessionShowArgs>(good(show(ids_json(kSessionIdsMax))).args).ids.size() ==
        kSessionIdsMax);
  CHECK(code_of(show(ids_json(kSessionIdsMax + 1))) == ErrorCode::kInvalidArgument);
  for (const char* ids : {"[]", "\"1\"", "[1]", "[\"0\"]", "[\"01\"]", "[\"1x\"]", "[\"\"]",
                          "[\"1\",null]", "[\"1\",\"2\",\"1\"]", "null", "{\"1\":\"1\"}"}) {
    INFO(ids);
    CHECK(code_of(show(ids)) == ErrorCode::kInvalidArgument);
  }
  CHECK(bad(R"({"cmd":"session.show"})").failure.message == "argument \"ids\" is missing");
}

TEST_CASE("A close has a documented reason and a message that fits into CLOSE") {
  const auto close = [](const std::string& rest) {
    return R"({"cmd":"session.close","args":{"ids":["1"],)" + rest + "}}";
  };
  const auto message = [&](std::size_t size) {
    return close("\"message\":\"" + std::string(size, 'm') + "\"");
  };
  CHECK(std::get<SessionCloseArgs>(good(message(kCloseMessageBytesMax)).args).message.size() ==
        kCloseMessageBytesMax);
  CHECK(code_of(message(kCloseMessageBytesMax + 1)) == ErrorCode::kInvalidArgument);
  CHECK(code_of(close(R"("message":"two\nlines")")) == ErrorCode::kInvalidArgument);
  CHECK(code_of(close(R"("message":"\u007f")")) == ErrorCode::kInvalidArgument);
  CHECK(std::get<SessionCloseArgs>(good(close(R"("reason":"normal")")).args).reason ==
        CloseReason::kNormal);
  CHECK(bad(close(R"("reason":"goingaway")")).failure.hint == "did you mean \"going_away\"?");
  CHECK(bad(close(R"("reason":"because")")).failure.hint->find("one of normal going_away") == 0);
  CHECK(code_of(close(R"("reason":1)")) == ErrorCode::kInvalidArgument);
}

}  // namespace jetstream::control
