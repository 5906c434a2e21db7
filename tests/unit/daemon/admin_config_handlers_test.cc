// SPDX-License-Identifier: MIT
//
// config.show before a fake daemon: what runs, and what operators have changed about it.
#include <catch2/catch.hpp>

#include "admin_fake_backend.h"
#include "daemon/admin/admin_handlers.h"

namespace jetstream::daemon {
namespace {

using control::ConfigValueRow;
using control::RuntimeRow;

struct Shown {
  std::vector<ConfigValueRow> rows;
  control::ConfigShowReport report;

  ConfigValueRow row(const std::string& key) const {
    for (const ConfigValueRow& one : rows) {
      if (one.key == key) return one;
    }
    return {};
  }
};

struct Fixture {
  testing::FakeBackend backend;
  AdminHandlers handlers{backend.parts(), [](const AuditRecord&) {}};

  Shown show(const std::string& args) {
    std::string answer;
    const auto request = control::parse_request(R"({"cmd":"config.show","args":{)" + args + "}}");
    REQUIRE(request.has_value());
    handlers.handle(
        *request, {{1000, 2000, 77, {}}, control::Access::kRead},
        [&answer](std::string lines) { answer = std::move(lines); },
        [](const auto&...) { return nullptr; });
    Shown shown;
    for (std::size_t end = answer.find('\n'); end != std::string::npos; end = answer.find('\n')) {
      const auto reply = control::parse_reply(answer.substr(0, end)).value();
      answer.erase(0, end + 1);
      if (reply.kind == control::ReplyKind::kItem) {
        shown.rows.push_back(control::read_report<ConfigValueRow>(reply.data).value());
      } else {
        REQUIRE(reply.kind == control::ReplyKind::kResult);
        shown.report = control::read_report<control::ConfigShowReport>(reply.data).value();
      }
    }
    return shown;
  }
};

const RuntimeRow kLevel{.what = "log level",
                        .key = "log.level",
                        .value = "debug",
                        .command = "jsctl log level",
                        .uid = 1000,
                        .user = "ana",
                        .until = control::UnixTime(1'700'000'000'000)};
constexpr const char* kLevelOrigin = "runtime: jsctl log level, uid 1000 (ana), until 22:13:20Z";

TEST_CASE("a level that somebody wants for now is what is shown, with who and until when") {
  Fixture f;
  f.backend.runtime = {kLevel};
  const Shown all = f.show(R"("origin":true)");
  CHECK(all.row("log.level") ==
        ConfigValueRow{"log.level", "debug", kLevelOrigin, "all_sessions", "info"});
  CHECK(all.report.text.find("  level: debug  # " + std::string(kLevelOrigin) + "\n") !=
        std::string::npos);
  CHECK(all.report.runtime == std::vector{kLevel});
  // It can be loaded as it is.
  CHECK(load_config_text("/t.yaml", all.report.text).has_value());
  // Somebody has set it, and it is not the default.
  CHECK(f.show(R"("explicit":true)").row("log.level").value == "debug");
  CHECK(f.show(R"("changed":true)").row("log.level").value == "debug");
  f.backend.runtime.clear();
  CHECK(f.show("").row("log.level") ==
        ConfigValueRow{"log.level", "info", "default", "all_sessions", std::nullopt});
  CHECK(f.show(R"("changed":true)").row("log.level").key.empty());
}

TEST_CASE("what is no key's stands behind the keys, as a comment") {
  Fixture f;
  f.backend.runtime = {
      {"log level of stream", std::nullopt, "trace", "jsctl log level", 7, std::nullopt, {}},
      {"bans", std::nullopt, "3", "jsctl ban list", {}, {}, {}}};
  const std::string text = f.show(R"("origin":true)").report.text;
  CHECK(
      text.ends_with("# log level of stream: trace  # runtime: jsctl log level, uid 7\n"
                     "# bans: 3  # runtime: jsctl ban list\n"));
  CHECK(load_config_text("/t.yaml", text).has_value());
  // Not where nobody asks for origins, or for one section.
  CHECK(f.show("").report.text.find('#') == std::string::npos);
  CHECK(f.show(R"("origin":true,"key":"log")").report.text.find("bans") == std::string::npos);
  CHECK(f.show("").report.runtime.size() == 2);
}

}  // namespace
}  // namespace jetstream::daemon
