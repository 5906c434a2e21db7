// SPDX-License-Identifier: MIT
#include "daemon/log/log.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <thread>
#include <vector>

#include "daemon/config/config_schema.h"
#include "daemon/log/log_writers.h"

using namespace jetstream::daemon;

namespace {

// What a Log with these settings writes while `action` runs.
template <class Action>
std::string logged(LogSettings settings, const Action& action) {
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  settings.descriptor = ends[1];
  {
    const Log log(settings);
    action();
  }
  ::close(ends[1]);
  std::string text;
  char buffer[4096];
  for (ssize_t count = 0; (count = ::read(ends[0], buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<std::size_t>(count));
  ::close(ends[0]);
  return text;
}

std::string text_of(LogEvent event, std::initializer_list<LogField> fields) {
  return format_text(spec_of(event), {fields.begin(), fields.size()});
}
std::string json_of(LogEvent event, std::initializer_list<LogField> fields) {
  return format_json(spec_of(event), {fields.begin(), fields.size()});
}

// "2026-01-31T12:00:00.000000Z" with every digit as 0.
std::string shape(std::string_view time) {
  std::string out(time);
  for (char& c : out) c = c >= '0' && c <= '9' ? '0' : c;
  return out;
}

}  // namespace

TEST_CASE("one of very many events is written where details are, whatever its own level") {
  const auto at = [](LogLevel level) {
    LogSettings settings;
    settings.level = level;
    settings.format = LogFormat::kText;
    return logged(settings, [] {
      log_one_of_many(LogEvent::kSessionClosing, {{"peer", "127.0.0.1:4000"}});
      log_event(LogEvent::kSessionClosing, {{"peer", "127.0.0.1:4001"}});
    });
  };
  CHECK(at(LogLevel::kInfo).find(":4000") == std::string::npos);
  CHECK(at(LogLevel::kInfo).find(":4001") != std::string::npos);
  const std::string detailed = at(LogLevel::kDebug);
  CHECK(detailed.substr(0, detailed.find('\n')).find(" debug ") != std::string::npos);
  CHECK(detailed.find(":4000") != std::string::npos);
}

TEST_CASE("the configuration knows every module") {
  std::vector<std::string_view> modules = log_modules();
  std::sort(modules.begin(), modules.end());
  const std::vector<std::string> configured = split_choices(kLogModules);
  CHECK(std::equal(modules.begin(), modules.end(), configured.begin(), configured.end()));
}

TEST_CASE("text is for people") {
  CHECK(text_of(LogEvent::kHandshakeCompleted, {{"peer", "127.0.0.1:4000"}, {"session_id", 7U}}) ==
        "handshake completed peer=127.0.0.1:4000 session_id=7");
  CHECK(text_of(LogEvent::kDaemonStopping, {{"cause", "SIGTERM"}}) ==
        "shutting down cause=SIGTERM");
  CHECK(text_of(LogEvent::kDaemonFailed, {{"error", "no \"way\" = out"}}) ==
        "failed error=\"no \\\"way\\\" = out\"");
  CHECK(text_of(LogEvent::kDaemonFailed, {{"error", ""}}) == "failed");  // nothing to say
}

TEST_CASE("JSON has the same fields, and ids as strings") {
  CHECK(json_of(LogEvent::kHandshakeCompleted, {{"peer", "127.0.0.1:4000"}, {"session_id", 7U}}) ==
        R"("event":"handshake.completed","msg":"handshake completed",)"
        R"("peer":"127.0.0.1:4000","session_id":"7")");
  CHECK(json_of(LogEvent::kStreamDataSent, {{"stream_id", 1U}, {"bytes", 18446744073709551615U}}) ==
        R"("event":"stream.data_sent","msg":"data sent on stream",)"
        R"("stream_id":1,"bytes":18446744073709551615)");
}

TEST_CASE("what a peer wrote is escaped and cut") {
  const std::string evil = "a\n\x1b[31m\"\\\xff";
  CHECK(text_of(LogEvent::kStreamOpened, {{"service", evil}}) ==
        "stream opened service=\"a\\x0a\\x1b[31m\\\"\\\\\\xff\"");
  CHECK(json_of(LogEvent::kStreamOpened, {{"service", evil}}) ==
        R"("event":"stream.opened","msg":"stream opened","service":"a\\x0a\\x1b[31m\"\\\\xff")");
  CHECK(text_of(LogEvent::kStreamOpened, {{"service", std::string(64, 'x')}}) ==
        "stream opened service=" + std::string(64, 'x'));
  CHECK(text_of(LogEvent::kStreamOpened, {{"service", std::string(65, 'x')}}) ==
        "stream opened service=" + std::string(64, 'x') + "...");
  // What the owner wrote, such as a path, is not cut.
  CHECK(text_of(LogEvent::kDaemonStarting, {{"config", std::string(100, 'x')}}) ==
        "starting config=" + std::string(100, 'x'));
}

TEST_CASE("no byte from outside steers a terminal or fills a log, whatever the event") {
  std::string evil;
  for (int byte = 0; byte < 256; ++byte) evil += static_cast<char>(byte);
  const std::string mark(5, '*');
  const std::string large = evil + std::string(3000, 'x') + mark;
  std::set<std::string> from_outside;
  for (const LogEventSpec& spec : log_event_table()) {
    for (const FieldSpec& field : spec.fields) {
      if (field.kind != FieldKind::kText && field.kind != FieldKind::kPeerText) continue;
      INFO(spec.name << " " << field.name);
      const bool outside = field.kind == FieldKind::kPeerText;
      if (outside) from_outside.insert(std::string(spec.name) + "." + std::string(field.name));
      for (const std::string& line : {text_of(spec.event, {{field.name, large}}),
                                      json_of(spec.event, {{field.name, large}})}) {
        CHECK(std::ranges::all_of(line, [](char c) { return c >= ' ' && c <= '~'; }));
        // 64 bytes, each at most five characters in JSON, and the words around them.
        CHECK((line.size() < 64 * 5 + 200) == outside);
        CHECK(line.ends_with(outside ? "...\"" : mark + "\""));
      }
      const auto json =
          nlohmann::json::parse("{" + json_of(spec.event, {{field.name, evil}}) + "}");
      CHECK(json.at(std::string(field.name)).get<std::string>().starts_with("\\x00\\x01"));
    }
  }
  CHECK(from_outside == std::set<std::string>{"stream.opened.service", "stream.refused.service",
                                              "session.closed.message", "admin.command.command",
                                              "admin.command.target", "admin.command.comm",
                                              "admin.command.request_id", "admin.refused.comm",
                                              "admin.refused.command"});
}

TEST_CASE("lines carry time and level") {
  const std::string text = logged({.level = LogLevel::kInfo, .format = LogFormat::kText}, [] {
    log_event(LogEvent::kDaemonStopping, {{"cause", "SIGTERM"}});
  });
  REQUIRE(text.size() > 28);
  CHECK(shape(text.substr(0, 28)) == "0000-00-00T00:00:00.000000Z ");
  CHECK(text.substr(28) == "info shutting down cause=SIGTERM\n");

  const std::string json = logged({.level = LogLevel::kInfo, .format = LogFormat::kJson}, [] {
    log_event(LogEvent::kConfigWarning, {{"warning", "SIGHUP"}});
  });
  REQUIRE(json.size() > 35);
  CHECK(shape(json.substr(0, 35)) == R"({"ts":"0000-00-00T00:00:00.000000Z")");
  CHECK(json.substr(35) ==
        ",\"level\":\"warning\",\"event\":\"config.warning\",\"msg\":\"configuration is "
        "doubtful\",\"warning\":\"SIGHUP\"}\n");
}

TEST_CASE("auto is JSON where nobody watches") {
  CHECK(logged({}, [] { log_event(LogEvent::kDaemonStopped); }).starts_with("{\"ts\":"));
}

TEST_CASE("the format changes while it runs, and auto is again what it was at the start") {
  const std::string lines = logged({}, [] {
    for (const LogFormat format :
         {LogFormat::kText, LogFormat::kJson, LogFormat::kText, LogFormat::kAuto}) {
      set_log_format(format);
      log_event(LogEvent::kDaemonStopped);
    }
  });
  std::istringstream read(lines);
  std::string starts;
  for (std::string line; std::getline(read, line);) starts += line[0] == '{' ? "json " : "text ";
  CHECK(starts == "text json text json ");
}

TEST_CASE("only events at the level or above are written") {
  for (const LogLevel level : {LogLevel::kTrace, LogLevel::kDebug, LogLevel::kInfo,
                               LogLevel::kWarning, LogLevel::kError}) {
    std::size_t expected = 0;
    const auto written = [level](const LogEventSpec& spec) {
      return spec.level >= level || spec.name.starts_with("admin.");
    };
    for (const LogEventSpec& spec : log_event_table()) expected += written(spec) ? 1 : 0;
    const std::string text = logged({.level = level, .format = LogFormat::kText}, [&] {
      for (const LogEventSpec& spec : log_event_table()) {
        CHECK(log_enabled(spec.event) == written(spec));
        log_event(spec.event);
      }
    });
    CHECK(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) == expected);
  }
}

TEST_CASE("the level can change while threads log") {
  const std::string text = logged({.level = LogLevel::kError, .format = LogFormat::kText}, [] {
    log_event(LogEvent::kDaemonStopping);
    set_log_levels({LogLevel::kInfo, {}});
    std::thread other([] {
      for (int i = 0; i < 100; ++i) log_event(LogEvent::kDaemonFailed);
    });
    for (int i = 0; i < 100; ++i) {
      set_log_levels({i % 2 == 0 ? LogLevel::kWarning : LogLevel::kInfo, {}});
    }
    other.join();
    CHECK(log_enabled(LogEvent::kDaemonStopped));
    log_event(LogEvent::kDaemonStopped);
  });
  CHECK(text.find("shutting down") == std::string::npos);
  CHECK(text.find("info stopped") != std::string::npos);
  CHECK(std::count(text.begin(), text.end(), '\n') == 101);
}

TEST_CASE("every level has a word, and every word a level") {
  for (const LogLevel level : {LogLevel::kTrace, LogLevel::kDebug, LogLevel::kInfo,
                               LogLevel::kWarning, LogLevel::kError}) {
    CHECK(parse_log_level(to_string(level)) == level);
  }
  CHECK_FALSE(parse_log_level("verbose"));
  CHECK_FALSE(parse_log_level(""));
}

TEST_CASE("without a log nothing happens") {
  set_log_levels({LogLevel::kTrace, {}});
  CHECK_FALSE(log_enabled(LogEvent::kDaemonFailed));
  log_event(LogEvent::kDaemonFailed, {{"error", "nobody hears"}});
}

TEST_CASE("a reader that stands still costs lines, not time") {
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  std::uint64_t lost = 0;
  std::string text;
  std::thread reader;
  {
    const Log log({.level = LogLevel::kInfo, .format = LogFormat::kText, .descriptor = ends[1]});
    // More than the pipe (64 KiB) and the queue (8192 lines) hold. This would hang if it waited.
    for (int i = 0; i < 20000; ++i)
      log_event(LogEvent::kDaemonFailed, {{"error", std::to_string(i)}});
    lost = log.lines_lost();
    reader = std::thread([&] {
      char buffer[65536];
      for (ssize_t count = 0; (count = ::read(ends[0], buffer, sizeof buffer)) > 0;)
        text.append(buffer, static_cast<std::size_t>(count));
    });
  }
  ::close(ends[1]);
  reader.join();
  ::close(ends[0]);
  CHECK(lost > 0);
  CHECK(text.find("error=19999\n") != std::string::npos);
  CHECK(text.find("log lines were lost lines=" + std::to_string(lost)) != std::string::npos);
}

TEST_CASE("a descriptor that does not block loses nothing, and no half of a line") {
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0);
  REQUIRE(::fcntl(ends[0], F_SETFL, 0) == 0);
  constexpr int kLines = 4000;  // three times what a pipe holds
  std::string text;
  std::thread reader;
  {
    const Log log({.level = LogLevel::kInfo, .format = LogFormat::kText, .descriptor = ends[1]});
    for (int i = 0; i < kLines; ++i) log_event(LogEvent::kDaemonStopping, {{"cause", "test"}});
    reader = std::thread([&] {
      char buffer[4096];
      for (ssize_t count = 0; (count = ::read(ends[0], buffer, sizeof buffer)) > 0;)
        text.append(buffer, static_cast<std::size_t>(count));
    });
  }
  ::close(ends[1]);
  reader.join();
  ::close(ends[0]);
  CHECK(std::count(text.begin(), text.end(), '\n') == kLines);
}

TEST_CASE("a line that can't be written is a lost one") {
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  REQUIRE(full >= 0);
  {
    const LogWriters writers(full, "/nowhere/journal");
    writers.write(LogFormat::kText, LogLevel::kInfo, "text");
    writers.write(LogFormat::kJson, LogLevel::kInfo, "json");
    writers.write(LogFormat::kJournald, LogLevel::kInfo, "MESSAGE=x\n");
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (writers.lines_lost() < 3 && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::yield();
    }
    CHECK(writers.lines_lost() == 3);
  }
  ::close(full);
}

TEST_CASE("lost lines are told while the daemon runs, and each loss once") {
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  std::string text;
  std::thread reader;
  {
    const Log log({.level = LogLevel::kInfo, .format = LogFormat::kText, .descriptor = ends[1]});
    tell_lost_lines();  // nothing to tell
    for (int i = 0; i < 20000; ++i) log_event(LogEvent::kDaemonStopping, {{"cause", "test"}});
    reader = std::thread([&] {
      char buffer[65536];
      for (ssize_t count = 0; (count = ::read(ends[0], buffer, sizeof buffer)) > 0;)
        text.append(buffer, static_cast<std::size_t>(count));
    });
    tell_lost_lines();
    tell_lost_lines();
  }
  ::close(ends[1]);
  reader.join();
  ::close(ends[0]);
  std::vector<std::uint64_t> told;
  constexpr std::string_view kLine = "log lines were lost lines=";
  for (auto at = text.find(kLine); at != std::string::npos; at = text.find(kLine, at + 1)) {
    told.push_back(std::stoull(text.substr(at + kLine.size())));
  }
  REQUIRE_FALSE(told.empty());
  CHECK(told.front() > 0);
  CHECK(std::adjacent_find(told.begin(), told.end(), std::greater_equal<>()) == told.end());
}

TEST_CASE("threads may log at the same time") {
  const std::string text = logged({.level = LogLevel::kInfo, .format = LogFormat::kText}, [] {
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([] {
        for (int i = 0; i < 50; ++i) log_event(LogEvent::kDaemonStopping, {{"cause", "test"}});
      });
    }
    for (std::thread& thread : threads) thread.join();
  });
  CHECK(std::count(text.begin(), text.end(), '\n') == 200);
}

TEST_CASE("the registry is whole") {
  std::set<std::string_view> names;
  CHECK(log_event_table().size() == kLogEventCount);
  for (const LogEventSpec& spec : log_event_table()) {
    INFO(spec.name);
    CHECK(names.insert(spec.name).second);
    CHECK(spec.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz._") == std::string_view::npos);
    CHECK(std::count(spec.name.begin(), spec.name.end(), '.') == 1);
    CHECK_FALSE(spec.message.empty());
    CHECK(spec.doc.ends_with('.'));
    // The message goes into JSON as it is.
    CHECK(spec.message.find_first_of("\"\\") == std::string_view::npos);
    CHECK(log_event_reference().find("### " + std::string(spec.name) + "\n") != std::string::npos);
    std::set<std::string_view> fields = {"ts", "level", "event", "msg"};
    for (const FieldSpec& field : spec.fields) {
      CHECK(fields.insert(field.name).second);
      CHECK(field.doc.ends_with('.'));
    }
  }
}

TEST_CASE("the documents' events are there, with their levels and fields") {
  const auto check = [](LogEvent event, LogLevel level, std::string_view message,
                        std::initializer_list<const char*> fields) {
    const LogEventSpec& spec = spec_of(event);
    INFO(spec.name);
    CHECK(spec.level == level);
    CHECK(spec.message == message);
    for (const char* field : fields) CHECK(find_field(spec, field) != nullptr);
  };
  check(LogEvent::kConnectionEstablished, LogLevel::kDebug, "connection established", {"peer"});
  check(LogEvent::kHandshakeCompleted, LogLevel::kInfo, "handshake completed",
        {"peer", "session_id"});
  check(LogEvent::kClientRefused, LogLevel::kDebug, "client refused", {"peer", "code"});
  check(LogEvent::kHeartbeatSent, LogLevel::kDebug, "heartbeat sent", {"peer", "seq"});
  check(LogEvent::kSessionExpired, LogLevel::kInfo, "session expired and removed",
        {"peer", "session_id"});
  check(LogEvent::kSessionClosing, LogLevel::kInfo, "closing connection", {"peer", "reason"});
  check(LogEvent::kSessionClosed, LogLevel::kInfo, "connection closed", {"peer", "reason"});
  check(LogEvent::kRateLimitExceeded, LogLevel::kWarning, "rate limit exceeded",
        {"peer", "stream_id"});
  check(LogEvent::kStreamDataSent, LogLevel::kTrace, "data sent on stream",
        {"peer", "stream_id", "bytes"});
}

TEST_CASE("every event of the registry is logged somewhere") {
  std::string sources;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(std::string(JS_SOURCE_DIR) + "/daemon")) {
    if (entry.path().extension() != ".cc" || entry.path().filename() == "log_events.cc") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    sources.append(std::istreambuf_iterator<char>(in), {});
  }
  std::ifstream header(std::string(JS_SOURCE_DIR) + "/daemon/log/log_events.h");
  std::size_t events = 0;
  bool inside = false;
  for (std::string line; std::getline(header, line);) {
    if (inside && line == "};") break;
    if (inside) {
      const std::string name = line.substr(2, line.find(',') - 2);
      INFO(name);
      CHECK(sources.find("LogEvent::" + name) != std::string::npos);
      ++events;
    }
    inside = inside || line.starts_with("enum class LogEvent ");
  }
  CHECK(events == kLogEventCount);
}
