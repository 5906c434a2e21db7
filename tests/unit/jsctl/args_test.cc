// SPDX-License-Identifier: MIT
#include "jsctl/args.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <vector>

namespace jetstream::jsctl {
namespace {

using control::CommandId;
using std::chrono::milliseconds;

std::variant<Invocation, Outcome> parse(std::vector<const char*> words) {
  words.insert(words.begin(), "jsctl");
  return parse_args(static_cast<int>(words.size()), words.data());
}

Invocation good(std::vector<const char*> words) {
  const auto parsed = parse(std::move(words));
  if (const auto* outcome = std::get_if<Outcome>(&parsed)) FAIL(outcome->err + outcome->out);
  return std::get<Invocation>(parsed);
}

Outcome not_run(std::vector<const char*> words) {
  const auto parsed = parse(std::move(words));
  REQUIRE(std::holds_alternative<Outcome>(parsed));
  return std::get<Outcome>(parsed);
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("Every command line makes the request it says") {
  CHECK(good({"status"}).request.command == CommandId::kStatus);
  CHECK(good({"version"}).request.command == CommandId::kHello);
  CHECK(good({"commands"}).request.command == CommandId::kCommands);
  CHECK(good({"log", "level"}).request.args == control::Args(control::LogLevelArgs{}));
  CHECK(good({"log", "level", "debug"}).request.args ==
        control::Args(control::LogLevelArgs{"debug", {}, {}}));
  CHECK(good({"debug", "bundle", "-o", "file"}).run);
  CHECK(good({"stop"}).request.args == control::Args(control::StopArgs{false}));
  CHECK(good({"stop", "--now"}).request.args == control::Args(control::StopArgs{true}));
  CHECK(good({"stop", "--wait"}).wait);
  CHECK_FALSE(good({"stop"}).wait);
  CHECK(good({"drain", "start"}).request.args == control::Args(control::DrainStartArgs{}));
  CHECK(good({"drain", "start", "--deadline", "90s", "--wait"}).request.args ==
        control::Args(control::DrainStartArgs{90'000}));
  CHECK(good({"drain", "start", "--deadline", "10m", "--pace", "0s"}).request.args ==
        control::Args(control::DrainStartArgs{600'000, 0}));
  for (const auto& list :
       {std::vector<const char*>{"session", "list"}, {"session", "ls"}, {"ls"}}) {
    CHECK(good(list).request.command == CommandId::kSessionList);
    CHECK(good(list).request.args == control::Args(control::SessionListArgs{}));
  }
  CHECK(good({"ls", "--limit", "7", "--cursor", "42"}).request.args ==
        control::Args(control::SessionListArgs{7, "42"}));
  CHECK(good({"ls", "--sort", "-rx_bytes", "id>3", "and", "idle < 5m"}).request.args ==
        control::Args(control::SessionListArgs{100, {}, "id>3 and idle < 5m", "-rx_bytes"}));
  CHECK(good({"ls", "id>3"}).expression == "id>3");
  CHECK(good({"ls", "--columns", "id,peer"}).request.args ==
        control::Args(control::SessionListArgs{100, {}, {}, {}, {"id", "peer"}}));
  CHECK(good({"ls", "--fields", "id"}).columns == std::vector<std::string>{"id"});
  CHECK(good({"status", "-o", "ndjson"}).form == Form::kNdjson);
  CHECK(good({"-o", "json", "status"}).json);
  CHECK(good({"ls", "--all"}).all);
  CHECK(good({"explain", "192.0.2.1:7"}).request.args ==
        control::Args(control::ExplainArgs{"192.0.2.1:7"}));
  CHECK(good({"limit", "list"}).request.args == control::Args(control::SourceListArgs{}));
  CHECK(good({"limit", "list", "--limited"}).request.args ==
        control::Args(control::SourceListArgs{}));
  CHECK(good({"limit", "list", "--all", "--limit", "7"}).request.args ==
        control::Args(control::SourceListArgs{true, 7}));
  CHECK(good({"limit", "reset", "192.0.2.1"}).request.args ==
        control::Args(control::SourceResetArgs{"192.0.2.1"}));
  CHECK(std::get<control::SessionCloseArgs>(
            good({"session", "close", "3", "--ban", "10m"}).request.args)
            .ban_ms == 600'000);
  CHECK(not_run({"session", "close", "3", "--ban", "10"}).code == kUsage);
  CHECK(good({"ban", "list", "--all"}).all);
  CHECK(good({"ban", "add", "192.0.2.1"}).request.args ==
        control::Args(control::BanAddArgs{"192.0.2.1", {}, "", false}));
  CHECK(good({"ban", "add", "192.0.2.1", "--for", "1d12h", "--reason", "x y", "--yes"})
            .request.args ==
        control::Args(control::BanAddArgs{"192.0.2.1", 36 * 3600 * 1000, "x y", true}));
  CHECK(good({"ban", "del", "192.0.2.1"}).request.args ==
        control::Args(control::BanDelArgs{"192.0.2.1"}));
  CHECK(good({"ban", "clear", "--origin", "auto"}).request.args ==
        control::Args(control::BanClearArgs{"auto"}));
  CHECK(good({"ban", "clear"}).request.args == control::Args(control::BanClearArgs{}));
  CHECK(good({"ban", "load", "list.txt"}).run);
  CHECK(good({"ls", "--all"}).request.args ==
        control::Args(control::SessionListArgs{control::kListLimitMax, std::nullopt}));
  CHECK(good({"session", "show", "3", "18446744073709551615"}).request.args ==
        control::Args(control::SessionShowArgs{{SessionId(3), SessionId(UINT64_MAX)}}));
  CHECK(good({"session", "close", "3"}).request.args ==
        control::Args(control::SessionCloseArgs{{SessionId(3)}, CloseReason::kGoingAway, ""}));
  CHECK(good({"session", "close", "--reason", "normal", "3", "4", "3", "--message", "bye"})
            .request.args == control::Args(control::SessionCloseArgs{
                                 {SessionId(3), SessionId(4)}, CloseReason::kNormal, "bye"}));
}

TEST_CASE("Ended sessions come in pages, or all of them") {
  CHECK(good({"session", "closed", "--limit", "7"}).request.args ==
        control::Args(control::SessionClosedArgs{7}));
  CHECK(good({"session", "closed", "--cursor", "5.6.7"}).request.args ==
        control::Args(control::SessionClosedArgs{100, {}, {}, "5.6.7"}));
  CHECK(good({"session", "closed", "--all"}).request.args ==
        control::Args(control::SessionClosedArgs{1000}));
  CHECK(not_run({"session", "closed", "--all", "--limit", "7"}).code == kUsage);
  CHECK(not_run({"session", "closed", "--limit", "1001"}).code == kUsage);
}

TEST_CASE("Ended sessions are remembered for longer than any timeout") {
  CHECK(std::get<control::SessionClosedArgs>(
            good({"session", "closed", "--since", "365d"}).request.args)
            .since_ms == control::kClosedSinceMaxMs);
  CHECK(not_run({"session", "closed", "--since", "366d"}).code == kUsage);
  CHECK(not_run({"drain", "start", "--for", "999ms"}).code == kUsage);
  const Outcome late = not_run({"drain", "start", "--deadline", "25h"});
  CHECK(late.code == kUsage);
  CHECK(late.err.find("\"25h\" is no time from 0s to 1d") != std::string::npos);
}

TEST_CASE("A close says which sessions in one way, and by a filter only with a bound") {
  const auto close = [](std::vector<const char*> words) {
    words.insert(words.begin(), {"session", "close"});
    return std::get<control::SessionCloseArgs>(good(words).request.args);
  };
  control::SessionCloseArgs wanted;
  wanted.match = "idle > 5m";
  wanted.max = control::kCloseMatchesDefault;
  CHECK(close({"--match", "idle > 5m", "--yes"}) == wanted);
  wanted.max = 7;
  CHECK(close({"--match", "idle > 5m", "--max", "7"}) == wanted);
  CHECK(close({"--match", "idle > 5m", "--max", "7", "--yes"}) == wanted);
  wanted.max.reset();
  wanted.dry_run = true;
  CHECK(close({"--match", "idle > 5m", "--dry-run"}) == wanted);
  wanted.dry_run = false;
  wanted.plan = true;
  CHECK(close({"--match", "idle > 5m", "--plan"}) == wanted);
  wanted = {};
  wanted.apply = "0123456789abcdef";
  wanted.silent = true;
  CHECK(close({"--apply", "0123456789abcdef", "--silent"}) == wanted);
  wanted = {};
  wanted.ids = {SessionId(3)};
  wanted.retry_after_ms = 30'000;
  CHECK(close({"3", "--retry-after", "30s", "--notify"}) == wanted);
  CHECK(good({"session", "kill", "3"}).request.command == CommandId::kSessionClose);
  CHECK(good({"session", "close", "--match", "id > 3", "--yes"}).expression == "id > 3");

  for (const auto& words :
       std::vector<std::vector<const char*>>{{},
                                             {"--match", "id > 3"},
                                             {"--match", "id > 3", "--message", "bye"},
                                             {"3", "--match", "id > 3", "--yes"},
                                             {"3", "--apply", "x"},
                                             {"--apply", "x", "--match", "id > 3", "--yes"},
                                             {"3", "--yes"},
                                             {"3", "--max", "5"},
                                             {"--apply", "x", "--dry-run"},
                                             {"--match", "id > 3", "--dry-run", "--plan"},
                                             {"--match", "id > 3", "--dry-run", "--yes"},
                                             {"--match", "id > 3", "--plan", "--yes"},
                                             {"--match", "id > 3", "--max", "0"},
                                             {"3", "--silent", "--notify"},
                                             {"3", "--silent", "--message", "bye"},
                                             {"3", "--silent", "--retry-after", "5s"}}) {
    std::vector<const char*> line{"session", "close"};
    line.insert(line.end(), words.begin(), words.end());
    INFO((words.empty() ? "" : words.back()));
    CHECK(not_run(line).code == kUsage);
  }
}

TEST_CASE("Levels and streams are asked for in full") {
  CHECK(good({"log", "level", "default", "--module", "stream"}).request.args ==
        control::Args(control::LogLevelArgs{"default", "stream", {}}));
  CHECK(good({"log", "level", "debug", "--for", "10m"}).request.args ==
        control::Args(control::LogLevelArgs{"debug", {}, 600'000}));
  CHECK(good({"log", "tail"}).request.args == control::Args(control::LogTailArgs{}));
  const Invocation tail = good(
      {"log", "tail", "--level", "trace", "--module", "stream", "--session", "7", "--for", "1m"});
  CHECK(tail.request.args == control::Args(control::LogTailArgs{"trace", "stream", "7", 60'000}));
  CHECK(tail.run);
  const Invocation events = good({"events", "--type", "admin.command,session", "--since", "0"});
  CHECK(events.request.args ==
        control::Args(control::EventsArgs{{"admin.command", "session"}, 0, false}));
  CHECK(events.run);
  const Invocation replay = good({"events", "--no-follow"});
  CHECK(replay.request.args == control::Args(control::EventsArgs{{}, {}, true}));
  CHECK_FALSE(replay.run);
  CHECK(good({"session", "watch", "by = peer", "and", "id > 3"}).request.args ==
        control::Args(control::SessionWatchArgs{"by = peer and id > 3"}));
}

TEST_CASE("Every command of the protocol can be reached, and its help is the table's") {
  const std::vector<std::pair<CommandId, std::vector<const char*>>> ways{
      {CommandId::kStatus, {"status"}},
      {CommandId::kSessionList, {"session", "list"}},
      {CommandId::kSessionShow, {"session", "show"}},
      {CommandId::kSessionClose, {"session", "close"}},
      {CommandId::kSessionClosed, {"session", "closed"}},
      {CommandId::kDrainStart, {"drain", "start"}},
      {CommandId::kDrainCancel, {"drain", "cancel"}},
      {CommandId::kDrainStatus, {"drain", "status"}},
      {CommandId::kStop, {"stop"}},
      {CommandId::kCommands, {"commands"}},
      {CommandId::kLogLevel, {"log", "level"}},
      {CommandId::kLogTail, {"log", "tail"}},
      {CommandId::kEvents, {"events"}},
      {CommandId::kSessionWatch, {"session", "watch"}},
      {CommandId::kLimitShow, {"limit", "show"}},
      {CommandId::kLimitSuggest, {"limit", "suggest"}},
      {CommandId::kSourceList, {"limit", "list"}},
      {CommandId::kSourceReset, {"limit", "reset"}},
      {CommandId::kExplain, {"why"}},
      {CommandId::kBanAdd, {"ban", "add"}},
      {CommandId::kBanDel, {"ban", "del"}},
      {CommandId::kBanList, {"ban", "list"}},
      {CommandId::kBanClear, {"ban", "clear"}},
      {CommandId::kConfigShow, {"config", "show"}},
      {CommandId::kConfigDiff, {"config", "diff"}},
      {CommandId::kConfigReload, {"config", "reload"}},
      {CommandId::kConfigConfirm, {"config", "confirm"}},
      {CommandId::kConfigRollback, {"config", "rollback"}},
      {CommandId::kHealth, {"health"}},
      {CommandId::kWait, {"wait"}},
      {CommandId::kMetrics, {"metrics"}},
      {CommandId::kStats, {"stats"}},
  };
  for (const control::CommandSpec& spec : control::command_table()) {
    // hello is what `version` asks, ping what a second daemon asks.
    if (spec.id == CommandId::kHello || spec.id == CommandId::kPing) continue;
    if (spec.name.starts_with("ban.load_")) continue;  // the steps of `ban load`
    INFO(spec.name);
    const auto way = std::find_if(ways.begin(), ways.end(),
                                  [&](const auto& entry) { return entry.first == spec.id; });
    REQUIRE(way != ways.end());
    std::vector<const char*> words = way->second;
    words.push_back("--help");
    const Outcome help = not_run(words);
    CHECK(help.code == kDone);
    CHECK(help.err.empty());
    CHECK(contains(help.out, spec.doc));
    for (const control::ArgSpec& arg : spec.args) {
      INFO(arg.name);
      CHECK(contains(help.out, arg.doc));
      // A time has its unit in its value, not in its name.
      std::string name(arg.name.substr(0, arg.name.rfind("_ms")));
      std::replace(name.begin(), name.end(), '_', '-');
      if (name == "hold") name = "for";
      if (name == "types") name = "type";
      const bool positional = spec.id == CommandId::kLogLevel;
      CHECK(contains(help.out, name == "ids"                   ? "ID"
                               : name == "filter"              ? "FILTER"
                               : name == "key"                 ? "KEY"
                               : name == "block"               ? "CIDR"
                               : name == "address"             ? "IP"
                               : name == "until"               ? "UNTIL"
                               : positional && name == "level" ? "LEVEL"
                                                               : "--" + name));
    }
  }
}

TEST_CASE("Options of all commands may stand before or behind the command") {
  const Invocation defaults = good({"status"});
  CHECK(defaults.socket == "/run/jetstreamd/admin.sock");
  CHECK(defaults.read_socket == "/run/jetstreamd/read.sock");
  CHECK(defaults.timeout == milliseconds(5000));
  CHECK_FALSE(defaults.json);
  CHECK(defaults.header);
  for (const auto& words :
       {std::vector<const char*>{"--socket", "/s", "--json", "--no-header", "--timeout", "250ms",
                                 "session", "list"},
        {"session", "list", "--json", "--timeout", "250ms", "--socket", "/s", "--no-header"}}) {
    const Invocation invocation = good(words);
    CHECK(invocation.socket == "/s");
    CHECK(invocation.read_socket.empty());
    CHECK(invocation.timeout == milliseconds(250));
    CHECK(invocation.json);
    CHECK_FALSE(invocation.header);
  }
}

TEST_CASE("The socket may come from the environment, and the command line wins") {
  ::setenv("JSCTL_SOCKET", "/from/env", 1);
  CHECK(good({"status"}).socket == "/from/env");
  CHECK(good({"status"}).read_socket.empty());
  CHECK(good({"status", "--socket", "/from/args"}).socket == "/from/args");
  ::unsetenv("JSCTL_SOCKET");
}

TEST_CASE("Help and version go to standard output") {
  for (const char* word : {"--help", "--version"}) {
    const Outcome outcome = not_run({word});
    CHECK(outcome.code == kDone);
    CHECK(contains(outcome.out, "jsctl"));
    CHECK(outcome.err.empty());
  }
}

TEST_CASE("A wrong command line is exit code 2, said on standard error alone") {
  for (const auto& words : std::vector<std::vector<const char*>>{
           {},
           {"session"},
           {"statsu"},
           {"status", "extra"},
           {"status", "--now"},
           {"session", "show"},
           {"session", "show", "0"},
           {"session", "show", "abc"},
           {"session", "show", "1,2"},
           {"session", "show", "-1"},
           {"session", "close", "1", "--reason", "because"},
           {"session", "close", "--message", "x"},
           {"ls", "--limit", "0"},
           {"ls", "--limit", "1001"},
           {"ls", "--limit", "x"},
           {"ls", "--all", "--limit", "5"},
           {"ls", "--all", "--cursor", "5"},
           {"ls", "--all", "--sort", "id"},
           {"ls", "--cursor", "5", "--sort", "id"},
           {"ls", "-o", "xml"},
           {"ls", "-o", "csv", "--json"},
           {"status", "--timeout", "5"},
           {"status", "--socket"},
           {"events", "--since", "-1"},
           {"events", "--since", ""},
           {"ls", "--limit", "-18446744073709551615"},
           {"top", "--iterations", "-1"},
           {"drain", "start", "--sessions-left", "-1"},
           {"session", "close", "1", "--retry-after", "2h"},
           {"session", "close", "--match", "id=1", "--dry-run", "--ban", "1h"},
           {"config", "reload", "--confirm-within", "500ms"},
           {"config", "reload", "--expect-digest", "abc"},
           {"log", "level", "debug", "--for", "25h"},
       }) {
    const Outcome outcome = not_run(words);
    INFO(outcome.err);
    CHECK(outcome.code == kUsage);
    CHECK(outcome.out.empty());
    CHECK(outcome.err.starts_with("jsctl: "));
    CHECK(contains(outcome.err, "  try: "));
  }
  CHECK(contains(not_run({"statuz"}).err, "did you mean \"status\"?"));
  CHECK(contains(not_run({"session", "lst"}).err, "did you mean \"list\"?"));
}

TEST_CASE("A range is the table's, in the unit of the option") {
  CHECK(contains(not_run({"session", "close", "1", "--retry-after", "2h"}).err, "from 0s to 1h"));
  CHECK(contains(not_run({"config", "reload", "--confirm-within", "500ms"}).err, "no time from "));
  CHECK(contains(not_run({"config", "reload", "--expect-digest", "ab"}).err, "64 hex digits"));
  const auto reload = good({"config", "reload", "--confirm-within", "2m"}).request.args;
  CHECK(std::get<control::ConfigReloadArgs>(reload).confirm_within_ms == 120'000u);
  const auto tail = [](std::vector<const char*> words) {
    return std::get<control::LogTailArgs>(good(std::move(words)).request.args).for_ms;
  };
  CHECK(tail({"log", "tail", "--for", "2s"}) == 2000);
  CHECK(tail({"log", "tail"}) == control::kLogTailForMs);
  const auto events = good({"events", "--since", "18446744073709551615"}).request.args;
  CHECK(std::get<control::EventsArgs>(events).since == UINT64_MAX);
}

TEST_CASE("A family alone says which commands it has") {
  const Outcome outcome = not_run({"drain"});
  CHECK(contains(outcome.err, "a command is missing behind \"drain\""));
  CHECK(contains(outcome.err, "one of start, cancel, status"));
  CHECK(contains(outcome.err, "try: jsctl drain --help"));
}

TEST_CASE("A filter of nothing is one, and a watch's is known for its errors") {
  const Invocation list = good({"ls", ""});
  CHECK(std::get<control::SessionListArgs>(list.request.args).filter == "");
  CHECK(good({"session", "watch", "id", "=", "7"}).expression == "id = 7");
}

TEST_CASE("A timeout has a unit") {
  CHECK(parse_timeout("1ms") == milliseconds(1));
  CHECK(parse_timeout("5s") == milliseconds(5000));
  CHECK(parse_timeout("2m") == milliseconds(120'000));
  CHECK(parse_timeout("1440m") == milliseconds(86'400'000));
  CHECK(parse_timeout("1h30m") == milliseconds(5'400'000));
  for (const char* bad : {"", "5", "s", "0s", "-1s", "1.5s", "5 s", "999us", "1441m", "1d1ms",
                          "5sec", "99999999999999999999s", "9223372036854775807m"}) {
    INFO(bad);
    CHECK_FALSE(parse_timeout(bad));
  }
}

}  // namespace jetstream::jsctl
