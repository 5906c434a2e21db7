// SPDX-License-Identifier: MIT
//
// Warnings: what a configuration may say although it is hardly meant so.
#include <catch2/catch.hpp>
#include <filesystem>

#include "daemon/config/config.h"

using namespace jetstream::daemon;

namespace {

// "CODE KEY LINE:COLUMN" of each warning.
std::vector<std::string> warnings_in(const std::string& text) {
  const auto config = load_config_text("/t.yaml", "version: 1\n" + text);
  if (!config) FAIL(config.error().text());
  const ConfigErrors warnings = warnings_of("/t.yaml", *config);
  CHECK(warnings.error_count() == 0);
  std::vector<std::string> found;
  for (const Diagnostic& one : warnings.list) {
    CHECK(one.is_warning());
    found.push_back(std::string(to_string(one.subject.fault)) + " " + one.subject.key + " " +
                    std::to_string(one.position.line) + ":" + std::to_string(one.position.column));
  }
  return found;
}

using Found = std::vector<std::string>;

}  // namespace

TEST_CASE("what is set and does nothing is told") {
  CHECK(warnings_in("server: {authorized_clients_file: keys}\n") ==
        Found{"no_effect server.authorized_clients_file 2:35"});
  CHECK(warnings_in("sessions: {max: 3, max_per_source: 4}\n") ==
        Found{"no_effect sessions.max_per_source 2:36"});
  CHECK(warnings_in("sessions: {max: 3, max_per_source: 3}\n").empty());
  CHECK(warnings_in("sessions: {max: 3}\n").empty());  // the default is nobody's mistake
  CHECK(warnings_in("handshake: {rate_per_source: off, burst_per_source: 9}\n") ==
        Found{"no_effect handshake.burst_per_source 2:53"});
  CHECK(warnings_in("resumption: {enabled: false, early_data_max: 1KiB}\n") ==
        Found{"no_effect resumption.early_data_max 2:46"});
  CHECK(warnings_in("resumption: {enabled: false, early_data_max: 0B}\n").empty());
  CHECK(warnings_in("access: {allow: [\"10.0.0.0/8\"], deny: [\"10.0.0.0/8\"]}\n") ==
        Found{"no_effect access.allow 2:17"});
  CHECK(warnings_in("access: {allow: [\"10.0.0.0/8\"], deny: [\"10.0.0.0/9\"]}\n").empty());
}

TEST_CASE("what is hardly meant so is told") {
  CHECK(warnings_in("services: {}\n") == Found{"unwise services 2:11"});
  CHECK(warnings_in("sessions: {timeout: 5s, heartbeat_enabled: true}\n") ==
        Found{"unwise sessions.timeout 2:21"});
  CHECK(warnings_in("sessions: {timeout: 5s}\n").empty());
  CHECK(warnings_in("sessions: {timeout: 6s, heartbeat_enabled: true}\n").empty());
  CHECK(warnings_in("limits: {exempt: [\"::/0\"]}\n") == Found{"unwise limits.exempt 2:18"});
  CHECK(warnings_in("limits: {exempt: [\"0.0.0.0/0\"]}\n") == Found{"unwise limits.exempt 2:18"});
  CHECK(warnings_in("limits: {exempt: [\"0.0.0.0/1\"]}\n").empty());
  CHECK(warnings_in("admin: {socket: {mode: \"0666\"}}\n") ==
        Found{"exposed admin.socket.mode 2:24"});
  CHECK(warnings_in("admin: {socket: {mode: \"0660\"}}\n").empty());
}

TEST_CASE("rules that give nobody a role are told") {
  CHECK(warnings_in("admin: {access: [{user: root, role: read}, {user: no.such.user, role: read},\n"
                    "  {group: no.such.group, role: admin}]}\n") ==
        Found{"no_effect admin.access[1].user 2:51", "no_effect admin.access[2].group 3:11"});
  CHECK(
      warnings_in("admin: {access: [{user: 65534, role: admin}, {group: 65534, role: read}]}\n") ==
      Found{"no_effect admin.access[0].user 2:25", "no_effect admin.access[1].group 2:54"});
  CHECK(warnings_in("admin: {access: [{user: 65533, role: admin}, {group: 0, role: read}]}\n")
            .empty());
  // Those of the default need not be there.
  CHECK(warnings_in("admin: {access: [{group: jetstreamd-admin, role: operate},\n"
                    "  {group: jetstreamd-read, role: read}]}\n")
            .empty());
}

TEST_CASE("the profiles that are shipped give no cause for a warning") {
  int profiles = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(JS_SOURCE_DIR) + "/config")) {
    const auto config = load_config(entry.path());
    INFO(entry.path());
    REQUIRE(config.has_value());
    CHECK(warnings_of(entry.path(), *config).text() == "0 errors; configuration not loaded\n");
    ++profiles;
  }
  CHECK(profiles >= 4);
}

TEST_CASE("warnings come after all errors, and none about what was wrong") {
  const auto config = load_config_text("/t.yaml",
                                       "version: 1\n"
                                       "limits: {exempt: [\"::/0\"]}\n"
                                       "services: {echo: {}}\n");
  REQUIRE_FALSE(config.has_value());
  const ConfigErrors& errors = config.error();
  // That no service is left is what comes of the error, not what the file says.
  REQUIRE(errors.list.size() == 2);
  CHECK(errors.list[0].subject.key == "services.echo.type");
  CHECK(errors.list[1].subject.key == "limits.exempt");
  CHECK(errors.text().ends_with("1 error, 1 warning; configuration not loaded\n"));
}

TEST_CASE("every kind of fault has a word of its own") {
  std::vector<std::string_view> words;
  for (int i = 0; i <= static_cast<int>(Fault::kUnchecked); ++i) {
    const std::string_view word = to_string(static_cast<Fault>(i));
    CHECK(std::find(words.begin(), words.end(), word) == words.end());
    words.push_back(word);
  }
  CHECK(to_string(Fault::kConflict) == "conflict");
  CHECK(to_string(Fault::kUnchecked) == "unchecked");
}
