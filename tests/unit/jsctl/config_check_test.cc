// SPDX-License-Identifier: MIT
//
// What jsctl says of a configuration without a daemon.
#include "jsctl/config_check.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "jetstream/control.h"
#include "jsctl/config_explain.h"
#include "unit/ipc/temp_dir.h"

namespace jetstream::jsctl {
namespace {

using jetstream::testing::TempDir;

class File {
 public:
  explicit File(const std::string& text) { std::ofstream(path()) << text; }
  std::string path() const { return dir_.file("t.yaml"); }
  Outcome check(CheckFormat format = CheckFormat::kText) const {
    return check_config(path(), format);
  }

 private:
  TempDir dir_;
};

Outcome explain(const std::string& key, bool json = false) {
  Invocation invocation;
  invocation.json = json;
  return explain_config(key, invocation, 0);
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("a right file is said to be right, and its warnings do no harm") {
  const File right("version: 1\n");
  CHECK(right.check().code == kDone);
  CHECK(right.check().out == right.path() + ": ok\n");
  CHECK(right.check().err.empty());

  const File warns("version: 1\nservices: {}\n");
  CHECK(warns.check().code == kDone);
  CHECK(warns.check().out == warns.path() + ": ok\n");
  CHECK(has(warns.check().err, warns.path() + ":2:11: warning: services is empty"));
}

TEST_CASE("a file that is not there is told without what only the daemon can be told") {
  const Outcome outcome = check_config("/nowhere/t.yaml", CheckFormat::kText);
  CHECK(outcome.code == kBadConfig);
  CHECK(has(outcome.err, "/nowhere/t.yaml: error: cannot read the configuration"));
  CHECK_FALSE(has(outcome.err, "--config"));
  CHECK_FALSE(has(outcome.err, "the daemon runs"));
}

TEST_CASE("every mistake is told with its place") {
  const File wrong("version: 1\nsessions:\n  timeot: 3s\n  max: lots\ndrain: {pace: 30}\n");
  const Outcome outcome = wrong.check();
  CHECK(outcome.code == kBadConfig);
  CHECK(outcome.out.empty());
  CHECK(has(outcome.err, wrong.path() + ":3:3: error: unknown key \"timeot\""));
  CHECK(has(outcome.err,
            "    3 |   timeot: 3s\n      |   ^^^^^^\n   help: did you mean \"timeout\"?"));
  CHECK(has(outcome.err, wrong.path() + ":4:8: error:"));
  CHECK(has(outcome.err, wrong.path() + ":5:15: error:"));
  CHECK(outcome.err.ends_with("3 errors; configuration not loaded\n"));
}

TEST_CASE("twenty mistakes are shown to people, all to programs") {
  std::string text = "version: 1\nsessions:\n";
  for (int i = 0; i < 25; ++i) text += "  zzz" + std::to_string(i) + ": 1\n";
  const File wrong(text);
  const std::string shown = wrong.check().err;
  CHECK(has(shown, "\"zzz19\""));
  CHECK_FALSE(has(shown, "\"zzz20\""));
  CHECK(has(shown, "25 errors (5 more not shown)"));
  CHECK(has(wrong.check(CheckFormat::kJson).out, "zzz24"));
}

TEST_CASE("a file that is empty, or none, has a place as well") {
  const File empty("");
  CHECK(has(empty.check().err, empty.path() + ":1:1: error: the file is empty"));
  CHECK(empty.check().code == kBadConfig);
  const Outcome none = check_config("/nowhere/t.yaml", CheckFormat::kText);
  CHECK(none.code == kBadConfig);
  CHECK(none.err.starts_with("/nowhere/t.yaml: error: cannot read the configuration: "));
  const Outcome folder = check_config("/tmp", CheckFormat::kGithub);
  CHECK(folder.out.starts_with("::error file=/tmp,title=unreadable::cannot read"));
}

TEST_CASE("programs read one document") {
  const File wrong("version: 1\nlimits: {exempt: [\"::/0\"]}\nsessions: {max: 1, max: 2}\n");
  const Outcome outcome = wrong.check(CheckFormat::kJson);
  CHECK(outcome.code == kBadConfig);
  CHECK(outcome.err.empty());
  for (const std::string part :
       {"\"schema\":\"jetstreamd.config.check/1\"", "\"file\":\"", "\"line\":3", "\"column\":20",
        "\"end_column\":23", "\"severity\":\"error\"", "\"code\":\"duplicate_key\"",
        "\"key\":\"sessions.max\"", "\"message\":\"duplicate key", "\"help\":\"it is set on line 3",
        "\"data\":{", "\"valid\":false", "\"errors\":1", "\"warnings\":1"}) {
    INFO(part);
    CHECK(has(outcome.out, part));
  }
  const File right("version: 1\n");
  CHECK(has(right.check(CheckFormat::kJson).out, "\"items\":[]"));
  CHECK(has(right.check(CheckFormat::kJson).out, "\"valid\":true"));
}

TEST_CASE("a pipeline reads annotations whose text cannot break out") {
  const File wrong("version: 1\n\"a%,b:c\": 1\n");
  const Outcome outcome = wrong.check(CheckFormat::kGithub);
  CHECK(outcome.out.starts_with("::error file=" + wrong.path() +
                                ",line=2,col=1,endColumn=9,title=unknown_key::"));
  CHECK(has(outcome.out, "a%25,b:c"));
  CHECK(has(outcome.out, "%0A"));
  CHECK(std::count(outcome.out.begin(), outcome.out.end(), '\n') == 1);
  const File right("version: 1\n");
  CHECK(right.check(CheckFormat::kGithub).out.empty());
}

TEST_CASE("the list of clients belongs to the configuration") {
  const File missing(
      "version: 1\nserver: {client_auth: required, authorized_clients_file: keys}\n");
  CHECK(missing.check().code == kBadConfig);
  CHECK(has(missing.check().err, missing.path() + ":2:58: error:"));
}

TEST_CASE("a key is explained whole") {
  const Outcome outcome = explain("sessions.timeout");
  CHECK(outcome.code == kDone);
  for (const char* part : {"sessions.timeout\n", "1s to 10m", "us, ms, s, m, h, d", "30s",
                           "that begin after it", "JETSTREAMD__SESSIONS__TIMEOUT", "0.1.0"}) {
    INFO(part);
    CHECK(has(outcome.out, part));
  }
  CHECK(has(explain("services.echo.type").out, "services.*.type"));
  CHECK(has(explain("services.NAME.type").out, "services.*.type"));
  for (const char* item : {"services.echo", "services.NAME", "services.*"}) {
    INFO(item);
    CHECK(has(explain(item).out, "services.*.type "));
    CHECK(has(explain(item).out, "services.*.early_data "));
    CHECK_FALSE(has(explain(item).out, "admin.access"));
  }
  CHECK(has(explain("admin.access[0]").out, "admin.access[].role "));
  CHECK(explain("services.").code == kNotFound);
  CHECK(has(explain("server.workers").out, "takes a restart"));
  CHECK(has(explain("log.level").out, "at once"));
  const std::string json = explain("sessions.timeout", true).out;
  for (const char* part :
       {"\"key\":\"sessions.timeout\"", "\"type\":\"duration\"", "\"default\":\"30s\"",
        "\"min\":\"1s\"", "\"max\":\"10m\"", "\"reloadable\":true", "\"affects\":\"new_sessions\"",
        "\"since\":\"0.1.0\"", "\"count\":1"}) {
    INFO(part);
    CHECK(has(json, part));
  }
}

TEST_CASE("a section lists its keys, and nothing lists all") {
  const std::string section = explain("drain").out;
  CHECK(section.starts_with("KEY "));
  CHECK(has(section, "\ndrain.pace "));
  CHECK_FALSE(has(section, "sessions."));
  CHECK(has(explain("").out, "\nlog.format "));
  CHECK(has(explain("services").out, "services.*.early_data\n"));
}

TEST_CASE("an unknown key gets the nearest one as advice") {
  const Outcome outcome = explain("sesions.timeout");
  CHECK(outcome.code == kNotFound);
  CHECK(has(outcome.err, "did you mean \"sessions.timeout\"?"));
  CHECK(has(explain("half_open_max").err, "did you mean \"handshake.half_open_max\"?"));
  CHECK(has(explain("drains").err, "did you mean \"drain\"?"));
  CHECK(has(explain("q").err, "which lists all keys"));
}

}  // namespace
}  // namespace jetstream::jsctl
