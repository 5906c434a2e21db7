// SPDX-License-Identifier: MIT
//
// What jsctl tells in whatever form is asked for, and what it waits for.
#include <catch2/catch.hpp>
#include <fstream>

#include "jsctl/args.h"
#include "scripted_server.h"

namespace jetstream::jsctl {

using control::CommandId;
using jetstream::testing::TempDir;
using testing::answer;
using testing::invocation_of;
using testing::run_against;
using testing::ScriptedServer;

TEST_CASE("What clients say steers no terminal as CSV either") {
  control::ClosedRow row;
  row.message = "=1\x1b[2J\n\x7f\xc2\x9b";
  Invocation list = invocation_of(CommandId::kSessionClosed, control::SessionClosedArgs{});
  list.form = Form::kCsv;
  list.columns = {"message"};
  CHECK(run_against(
            answer(CommandId::kSessionClosed, std::vector{row}, control::ClosedSummary{1, 1}), list)
            .out == "message\r\n\"'=1?[2J???\"\r\n");
}

TEST_CASE("A list of ended sessions that was cut says so, and how to go on") {
  control::SessionClosedArgs args;
  control::ClosedRow row;
  row.id = SessionId(17);
  control::ClosedSummary summary{1, 4211, "5.6.7"};
  const auto told = [&] {
    return run_against(answer(CommandId::kSessionClosed, std::vector{row}, summary),
                       invocation_of(CommandId::kSessionClosed, args))
        .err;
  };
  CHECK(told() == "1 of 4211 shown; use --all or --cursor 5.6.7\n");
  args.filter = "cause = idle";
  CHECK(told() == "1 shown, there are more; use --all or --cursor 5.6.7\n");
  summary.cursor.reset();
  CHECK(told().empty());
}

TEST_CASE("That too little was seen to suggest limits is said once") {
  const auto told = [](const std::vector<control::LimitSuggestionRow>& rows) {
    return run_against(answer(CommandId::kLimitSuggest, rows,
                              control::LimitSuggestSummary{"enforce", 90'000'000, 1000}),
                       invocation_of(CommandId::kLimitSuggest, control::NoArgs{}))
        .err;
  };
  control::LimitSuggestionRow a, b, c;
  a.key = "handshake.rate_per_source";
  b.key = "sessions.max_per_source";
  c.key = "limits.global.bytes_per_second";
  const std::string seen = "seen during 1d 1h\n";
  CHECK(told({a, b, c}) ==
        seen + "too little was seen to suggest anything: it takes 1000 values of a limit\n");
  b.remark = "sessions that were refused are not in it";
  CHECK(told({a, b, c}) ==
        seen +
            "too little was seen to suggest anything: it takes 1000 values of a limit\n"
            "sessions.max_per_source: sessions that were refused are not in it\n");
  b.remark.clear();
  c.suggested = 7;
  CHECK(told({a, b, c}) == seen +
                               "too little was seen to suggest anything for "
                               "handshake.rate_per_source, sessions.max_per_source: "
                               "it takes 1000 values of a limit\n");
  a.suggested = b.suggested = 7;
  CHECK(told({a, b, c}) == seen);
}

TEST_CASE("A plan's token is told in every form, and never between the rows") {
  const std::vector rows{control::CloseRow{SessionId(17), control::CloseOutcome::kWouldClose}};
  control::CloseSummary summary{.requested = 1};
  summary.token = "0123456789abcdef";
  summary.expires_at = control::UnixTime(0);
  control::SessionCloseArgs args;
  args.match = "id > 3";
  args.plan = true;
  Invocation plan = invocation_of(CommandId::kSessionClose, args);
  const std::string told = answer(CommandId::kSessionClose, rows, summary);
  for (const Form form : {Form::kTable, Form::kWide, Form::kNdjson, Form::kCsv}) {
    plan.form = form;
    const Outcome outcome = run_against(told, plan);
    CHECK(outcome.err.find("--apply 0123456789abcdef\n") != std::string::npos);
    CHECK(outcome.out.find("0123456789abcdef") == std::string::npos);
  }
  plan.json = true;
  plan.form = Form::kJson;
  const Outcome document = run_against(told, plan);
  CHECK(document.err.empty());
  CHECK(document.out.find("\"token\":\"0123456789abcdef\"") != std::string::npos);
}

TEST_CASE("Who waits for a drain that ends the daemon has waited for nobody to answer") {
  control::DrainReport report;
  report.state = "draining";
  control::DrainStartArgs args;
  Invocation drain = invocation_of(CommandId::kDrainStart, args);
  drain.wait = true;
  const std::string begun = control::write_result({}, CommandId::kDrainStart, report);
  CHECK(run_against(begun, drain).code == kNotRunning);
  args.then = "exit";
  drain.request.args = args;
  const Outcome outcome = run_against(begun, drain);
  CHECK(outcome.code == kDone);
  CHECK(outcome.err.empty());
}

TEST_CASE("An error is a JSON document where JSON is asked for") {
  const std::string error =
      control::write_error({}, {control::ErrorCode::kNotFound, "no such session", "look", 3});
  Invocation close = invocation_of(CommandId::kSessionClose, control::SessionCloseArgs{});
  CHECK(run_against(error, close).out.empty());
  close.json = true;
  const Outcome outcome = run_against(error, close);
  CHECK(outcome.code == kNotFound);
  CHECK(outcome.out == error);
  CHECK(outcome.err.starts_with("jsctl: no such session\n"));
}

TEST_CASE("Who waits for a stop that others have begun has waited for its end as well") {
  const std::string conflict =
      control::write_error({}, {control::ErrorCode::kConflict, "it stops already", std::nullopt});
  Invocation stop = invocation_of(CommandId::kStop, control::StopArgs{});
  CHECK(run_against(conflict, stop).code == kConflict);
  stop.wait = true;
  const Outcome outcome = run_against(conflict, stop);
  CHECK(outcome.code == kDone);
  CHECK(outcome.out == "jetstreamd was stopping already\n");
  stop.json = true;
  CHECK(run_against(conflict, stop).out ==
        "{\"schema\":\"jetstreamd.stop/1\",\"data\":{\"state\":\"stopping\"}}\n");
}

TEST_CASE("A stop says what becomes of the sessions") {
  const std::string begun =
      control::write_result({}, CommandId::kStop, control::StopReport{"stopping"});
  CHECK(run_against(begun, invocation_of(CommandId::kStop, control::StopArgs{})).out ==
        "jetstreamd drains its sessions and exits\n");
  CHECK(run_against(begun, invocation_of(CommandId::kStop, control::StopArgs{true})).out ==
        "jetstreamd closes its sessions and exits at once\n");
}

TEST_CASE("A list that can't be read says why") {
  const char* argv[] = {"jsctl", "ban", "load", "/nowhere/at/all"};
  const Outcome outcome = run(std::get<Invocation>(parse_args(4, argv)), 0);
  CHECK(outcome.code == kUsage);
  CHECK(outcome.err.find("/nowhere/at/all: No such file or directory") != std::string::npos);
}

TEST_CASE("A list of bans says why it is loaded, and has no request_id") {
  ScriptedServer server({control::write_result({}, CommandId::kBanLoadBegin,
                                               control::BanLoadReport{.load = 7, .count = 0}),
                         control::write_result({}, CommandId::kBanLoadItems,
                                               control::BanLoadReport{.load = 7, .count = 1}),
                         control::write_result({}, CommandId::kBanLoadCommit,
                                               control::BanLoadedReport{1, 0, std::nullopt})});
  const TempDir dir;
  const std::string list = dir.file("bans.txt");
  std::ofstream(list) << "192.0.2.0/24 # scans\n";
  const auto load = [&](std::vector<const char*> more) {
    const std::string path = server.path();
    std::vector<const char*> argv{"jsctl", "--socket", path.c_str(), "ban", "load", list.c_str()};
    argv.insert(argv.end(), more.begin(), more.end());
    return run(std::get<Invocation>(parse_args(static_cast<int>(argv.size()), argv.data())), 0);
  };
  CHECK(load({"--request-id", "x"}).code == kUsage);
  const Outcome outcome = load({"--because", "ticket 12"});
  CHECK(outcome.code == kDone);
  CHECK(outcome.out == "loaded 1 ban; the list before had 0\n");
  const std::string asked = server.requests();
  const std::string last = asked.substr(asked.rfind('\n', asked.size() - 2) + 1);
  CHECK(last.find(R"("cmd":"ban.load_commit")") != std::string::npos);
  CHECK(last.find(R"("because":"ticket 12")") != std::string::npos);
}

}  // namespace jetstream::jsctl
