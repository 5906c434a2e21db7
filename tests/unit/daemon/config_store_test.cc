// SPDX-License-Identifier: MIT
#include "daemon/app/config_store.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "daemon/config/config_environment.h"
#include "temporary_folder.h"

using namespace jetstream;
using namespace jetstream::daemon;

namespace {

/// A file, and the store of a daemon that was started with it.
class Running {
 public:
  explicit Running(const std::string& text, Overrides overrides = {})
      : store_(start(text, overrides), file(), overrides) {}

  void write(const std::string& text) const {
    std::ofstream out(file());
    out << "version: 1\n" << text;
  }
  std::filesystem::path file() const { return folder_.path() / "t.yaml"; }
  ConfigPlan plan() const {
    auto plan = store_.plan();
    if (!plan) FAIL(plan.error().text());
    return *plan;
  }
  ConfigStore& store() { return store_; }

 private:
  Config start(const std::string& text, const Overrides& overrides) const {
    write(text);
    auto config = load_config(file(), overrides);
    if (!config) FAIL(config.error().text());
    return *config;
  }

  TemporaryFolder folder_;
  ConfigStore store_;
};

std::vector<std::string> keys_of(const std::vector<ConfigChange>& changes) {
  std::vector<std::string> keys;
  for (const ConfigChange& change : changes) keys.push_back(change.key);
  return keys;
}

using Keys = std::vector<std::string>;

}  // namespace

TEST_CASE("a plan changes nothing, and taking it does") {
  Running daemon("sessions: {max: 3}\n");
  const std::string before = daemon.store().running().digest;
  daemon.write("sessions: {max: 4}\n");
  ConfigPlan plan = daemon.plan();
  CHECK(keys_of(plan.applied) == Keys{"sessions.max"});
  CHECK(plan.digest_before == before);
  CHECK(plan.digest != before);
  CHECK(daemon.store().running().sessions_max == 3);
  daemon.store().take(plan);
  CHECK(daemon.store().running().sessions_max == 4);
  CHECK(daemon.store().running().digest == plan.digest);
  CHECK(daemon.plan().applied.empty());
}

TEST_CASE("what takes a restart stays as it runs and is told until the file says so again") {
  Running daemon("server: {workers: 2}\n");
  daemon.write("server: {workers: 3}\nsessions: {max: 4}\n");
  ConfigPlan plan = daemon.plan();
  CHECK(keys_of(plan.applied) == Keys{"sessions.max"});
  CHECK(keys_of(plan.restart_required) == Keys{"server.workers"});
  CHECK(plan.next.workers == 2);
  // It is still what the file of the start says.
  CHECK(plan.next.origin("server.workers") == daemon.file().string() + ":2");
  daemon.store().take(plan);
  CHECK(keys_of(daemon.store().restart_required()) == Keys{"server.workers"});
  const ConfigPlan again = daemon.plan();
  CHECK(again.applied.empty());
  CHECK(again.unchanged == plan.unchanged + 1);
  CHECK(keys_of(again.restart_required) == Keys{"server.workers"});
  daemon.write("server: {workers: 2}\n");
  daemon.store().take(daemon.plan());
  CHECK(daemon.store().restart_required().empty());
}

TEST_CASE("a rollback goes back once, and not forth again") {
  Running daemon("sessions: {max: 3}\n");
  CHECK_FALSE(daemon.store().plan_rollback().has_value());
  daemon.write("sessions: {max: 4}\n");
  daemon.store().take(daemon.plan());
  daemon.store().take_back(*daemon.store().plan_rollback(), true);
  CHECK(daemon.store().running().sessions_max == 3);
  CHECK_FALSE(daemon.store().plan_rollback().has_value());
}

TEST_CASE("a reload that changes nothing leaves the way back as it was") {
  Running daemon("sessions: {max: 3}\n");
  daemon.write("sessions: {max: 4}\n");
  daemon.store().take(daemon.plan());
  daemon.write("# only words\nsessions: {max: 4}\nserver: {workers: 3}\n");
  daemon.store().take(daemon.plan());
  CHECK(keys_of(daemon.store().restart_required()) == Keys{"server.workers"});
  REQUIRE(daemon.store().plan_rollback().has_value());
  daemon.store().take_back(*daemon.store().plan_rollback(), true);
  CHECK(daemon.store().running().sessions_max == 3);
  // The file says it still.
  CHECK(keys_of(daemon.store().restart_required()) == Keys{"server.workers"});
}

TEST_CASE("what was taken back is told until the file is read again, and no line says it") {
  Running daemon("sessions: {max: 3, timeout: 20s}\n");
  daemon.write("server: {client_auth: off}\nsessions:\n  max: 4\n  timeout: 20s\n");
  daemon.store().take(daemon.plan());
  CHECK(daemon.store().taken_back().empty());
  daemon.store().take_back(*daemon.store().plan_rollback(), true);
  CHECK(keys_of(daemon.store().taken_back()) == Keys{"sessions.max"});
  const std::string file = daemon.file().string();
  const Config& running = daemon.store().running();
  CHECK(running.origin("sessions.max") == file + " before the reload that was taken back");
  CHECK(running.origin("sessions.timeout") == file + ":5");
  CHECK(running.origin("drain.pace") == "default");
  daemon.store().take(daemon.plan());
  CHECK(daemon.store().taken_back().empty());
  CHECK(running.origin("sessions.max") == file + ":4");
}

TEST_CASE("half of the way back leaves what stays as it runs, and the other half for later") {
  Running daemon("metrics: {listen: \"127.0.0.1:9\"}\nsessions: {max: 3}\n");
  daemon.write("metrics: {listen: \"127.0.0.1:10\"}\nsessions: {max: 4}\n");
  daemon.store().take(daemon.plan());
  const std::string digest = daemon.store().running().digest;
  const auto rest = daemon.store().plan_rollback({"metrics.listen"});
  REQUIRE(rest.has_value());
  CHECK(keys_of(rest->applied) == Keys{"sessions.max"});
  daemon.store().take_back(*rest, false);
  CHECK(daemon.store().running().digest == digest);
  const auto whole = daemon.store().plan_rollback();
  REQUIRE(whole.has_value());
  CHECK(keys_of(whole->applied) == Keys{"metrics.listen"});
  daemon.store().take_back(*whole, true);
  CHECK(keys_of(daemon.store().taken_back()) == Keys{"sessions.max", "metrics.listen"});
  CHECK(daemon.store().running().digest != digest);
}

TEST_CASE("an error leaves no plan, and the file may be gone or a folder") {
  Running daemon("sessions: {max: 3}\n");
  daemon.write("sessions: {max: lots}\n");
  REQUIRE_FALSE(daemon.store().plan().has_value());
  CHECK(daemon.store().plan().error().list.at(0).position.line == 2);
  std::filesystem::remove(daemon.file());
  CHECK_FALSE(daemon.store().plan().has_value());
  std::filesystem::create_directory(daemon.file());
  const auto folder = daemon.store().plan();
  REQUIRE_FALSE(folder.has_value());
  CHECK(folder.error().place_of(folder.error().list.at(0)) == daemon.file().string());
  CHECK(daemon.store().running().sessions_max == 3);
}

TEST_CASE("what the environment and the command line say holds over every reload") {
  Overrides overrides;
  overrides.environment = {{"JETSTREAMD__SESSIONS__MAX", "7"}};
  overrides.admin_socket = "/run/other.sock";
  Running daemon("sessions: {max: 3}\n", overrides);
  CHECK(daemon.store().running().sessions_max == 7);
  daemon.write("sessions: {max: 4}\nadmin: {socket: {path: third.sock}}\n");
  const ConfigPlan plan = daemon.plan();
  CHECK(plan.applied.empty());
  CHECK(plan.restart_required.empty());
  CHECK(plan.next.origin("sessions.max") == "env:JETSTREAMD__SESSIONS__MAX");
  CHECK(plan.next.origin("admin.socket.path") == "--admin-socket");
}

TEST_CASE("a variable is named after its key, and those in lists and maps have none") {
  CHECK(environment_name("sessions.timeout") == "JETSTREAMD__SESSIONS__TIMEOUT");
  CHECK(environment_name("limits.global.bytes_per_second") ==
        "JETSTREAMD__LIMITS__GLOBAL__BYTES_PER_SECOND");
  for (const char* none : {"version", "services", "services.*.type", "admin.access",
                           "admin.access[].role", "sessions", "zzz", ""}) {
    INFO(none);
    CHECK(environment_name(none).empty());
  }
}

TEST_CASE("variables have the rules of the file, and an error names the variable") {
  const auto errors_of = [](const std::string& name, const std::string& value) {
    Overrides overrides;
    overrides.environment = {{name, value}};
    const auto config = load_config_text("/t.yaml", "version: 1\n", overrides);
    return config ? std::string() : config.error().text();
  };
  CHECK(errors_of("JETSTREAMD__SESSIONS__TIMEOUT", "40s").empty());
  CHECK(errors_of("JETSTREAMD__LIMITS__SESSION__BYTES_PER_SECOND", "off").empty());
  CHECK(errors_of("JETSTREAMD__SERVER__LISTEN", "127.0.0.1:0").empty());
  CHECK(errors_of("JETSTREAMD__SESSIONS__TIMEOUT", "40")
            .starts_with("env:JETSTREAMD__SESSIONS__TIMEOUT: error: \"40\" has no unit"));
  CHECK(errors_of("JETSTREAMD__SESSIONS__TIMEOUT", "").starts_with("env:"));
  CHECK(errors_of("JETSTREAMD__SESSIONS__TIMEOUT", "11m").starts_with("env:"));
  CHECK(errors_of("JETSTREAMD__SESSIONS__TIMEOUTT", "40s")
            .find("did you mean \"JETSTREAMD__SESSIONS__TIMEOUT\"?") != std::string::npos);
  CHECK(errors_of("JETSTREAMD__SERVICES", "{}").starts_with("env:JETSTREAMD__SERVICES: error: "));
  // What contradicts the file is told where it was said last.
  CHECK(errors_of("JETSTREAMD__DRAIN__PACE", "1m").starts_with("env:JETSTREAMD__DRAIN__PACE: "));
}
