// SPDX-License-Identifier: MIT
//
// The systemd unit and the Dockerfile keep what they promise, as far as that shows without running
// either.
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <vector>

#include "temporary_folder.h"

using jetstream::daemon::TemporaryFolder;

namespace {

std::string source_file(const std::string& path) {
  std::ifstream in(std::string(JS_SOURCE_DIR) + "/" + path, std::ios::binary);
  REQUIRE(in.good());
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

struct Finished {
  int code;
  std::string output;
};

Finished run(const std::string& command) {
  FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string output;
  std::array<char, 4096> buffer{};
  while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), pipe))
    output.append(buffer.data(), count);
  const int status = ::pclose(pipe);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, output};
}

bool has_line(const std::string& text, const std::string& line) {
  const auto lines = lines_of(text);
  return std::find(lines.begin(), lines.end(), line) != lines.end();
}

// The unit as installed, but starting the program that was built here.
std::string runnable_unit(const std::string& name = "jetstreamd.service") {
  std::string unit = source_file("systemd/" + name);
  const std::string installed = "ExecStart=/usr/sbin/jetstreamd ";
  const std::size_t at = unit.find(installed);
  REQUIRE(at != std::string::npos);
  unit.replace(at, installed.size(), std::string("ExecStart=") + JS_DAEMON_BINARY + " ");
  // jsctl need not be built to prove that the line is right.
  const std::string reload = "ExecReload=/usr/bin/jsctl ";
  const std::size_t reload_at = unit.find(reload);
  REQUIRE(reload_at != std::string::npos);
  return unit.replace(reload_at, reload.size(),
                      std::string("ExecReload=") + JS_DAEMON_BINARY + " ");
}

// The instructions of the Dockerfile with continued lines joined, without comments.
std::vector<std::string> instructions() {
  std::vector<std::string> out;
  bool continued = false;
  for (std::string line : lines_of(source_file("Dockerfile"))) {
    if (line.starts_with('#') || line.empty()) continue;
    const bool goes_on = line.ends_with('\\');
    if (goes_on) line.pop_back();
    if (continued) {
      out.back() += line;
    } else {
      out.push_back(line);
    }
    continued = goes_on;
  }
  return out;
}

std::vector<std::string> with_keyword(const std::vector<std::string>& all,
                                      const std::string& keyword) {
  std::vector<std::string> out;
  for (const std::string& line : all) {
    if (line.starts_with(keyword + " ")) out.push_back(line.substr(keyword.size() + 1));
  }
  return out;
}

// The words of an instruction in exec form; fails on the shell form.
std::vector<std::string> exec_form(const std::string& text) {
  return nlohmann::json::parse(text).get<std::vector<std::string>>();
}

}  // namespace

TEST_CASE("systemd accepts the units without a word") {
  if (run("systemd-analyze --version").code != 0) {
    WARN("skipped: systemd-analyze is not installed");
    return;
  }
  const TemporaryFolder folder;
  const auto path = folder.path() / "jetstreamd.service";
  std::ofstream(path) << runnable_unit();
  const auto socket = folder.path() / "jetstreamd.socket";
  std::ofstream(socket) << source_file("systemd/jetstreamd.socket");
  const auto instances = folder.path() / "jetstreamd@.service";
  std::ofstream(instances) << runnable_unit("jetstreamd@.service");
  const Finished verified = run("systemd-analyze verify --man=no " + path.string() + " " +
                                socket.string() + " " + instances.string());
  CHECK(verified.output.empty());
  CHECK(verified.code == 0);

  // Unknown keys are only spoken of, so the output has to be looked at: prove that it would be.
  std::ofstream(path) << runnable_unit() << "\n[Service]\nNoSuchKey=yes\n";
  CHECK_FALSE(run("systemd-analyze verify --man=no " + path.string()).output.empty());
}

TEST_CASE("systemd accepts the drop-in with the credential without a word") {
  if (run("systemd-analyze --version").code != 0) {
    WARN("skipped: systemd-analyze is not installed");
    return;
  }
  std::string chosen = source_file("systemd/credential.conf");
  const std::string option = "#LoadCredential=identity.key:/etc/jetstreamd/identity.key";
  REQUIRE(has_line(chosen, option));
  chosen.replace(chosen.find(option), 1, "");
  const TemporaryFolder folder;
  const auto path = folder.path() / "jetstreamd.service";
  std::ofstream(path) << runnable_unit();
  std::filesystem::create_directory(folder.path() / "jetstreamd.service.d");
  std::ofstream(folder.path() / "jetstreamd.service.d" / "credential.conf") << chosen;
  const Finished verified = run("systemd-analyze verify --man=no " + path.string());
  CHECK(verified.output.empty());
  CHECK(verified.code == 0);
}

TEST_CASE("the unit's sandbox keeps its exposure low") {
  if (run("systemd-analyze --version").code != 0) {
    WARN("skipped: systemd-analyze is not installed");
    return;
  }
  const TemporaryFolder folder;
  for (const char* name : {"jetstreamd.service", "jetstreamd@.service"}) {
    const auto path = folder.path() / name;
    std::ofstream(path) << runnable_unit(name);
    const Finished scored =
        run("systemd-analyze security --no-pager --offline=true --threshold=15 " + path.string());
    INFO(scored.output);
    CHECK(scored.code == 0);
  }
}

TEST_CASE("the unit of instances differs from the other one in its places only") {
  const auto settings = [](const std::string& name) {
    std::vector<std::string> lines = lines_of(source_file("systemd/" + name));
    std::erase_if(lines, [](const std::string& line) { return line.starts_with('#'); });
    std::sort(lines.begin(), lines.end());
    return lines;
  };
  const auto one = settings("jetstreamd.service");
  const auto many = settings("jetstreamd@.service");
  std::vector<std::string> different;
  std::set_symmetric_difference(one.begin(), one.end(), many.begin(), many.end(),
                                std::back_inserter(different));
  for (const std::string& line : different) {
    INFO(line);
    const bool place = line.find("jetstreamd") != std::string::npos;
    CHECK((place || line.starts_with("ExecReload=") || line.starts_with("Description=")));
  }
  // What one instance leaves behind when it stops must not be another one's.
  CHECK(has_line(source_file("systemd/jetstreamd@.service"), "RuntimeDirectory=jetstreamd-%i"));
  CHECK(has_line(source_file("systemd/jetstreamd@.service"), "StateDirectory=jetstreamd/%i"));
}

TEST_CASE("the unit fits the daemon") {
  const std::string unit = source_file("systemd/jetstreamd.service");
  CHECK(has_line(unit, "Type=notify"));
  CHECK(has_line(unit, "RestartPreventExitStatus=2 78"));
  CHECK(has_line(unit, "RuntimeDirectory=jetstreamd"));
  CHECK(has_line(unit, "StateDirectory=jetstreamd"));
  CHECK(unit.find("\nExecReload=/usr/bin/jsctl --timeout 30s config reload\n") !=
        std::string::npos);
  CHECK(has_line(unit, "WatchdogSec=20s"));
  CHECK(unit.find("\nPrivateUsers=") == std::string::npos);
  const std::string accounts = source_file("systemd/jetstreamd.sysusers.conf");
  CHECK(accounts.find("\nu jetstreamd ") != std::string::npos);
  // Those that the unit and the shipped configuration name.
  CHECK(has_line(accounts, "g jetstreamd-admin -"));
  CHECK(has_line(unit, "Group=jetstreamd-admin"));
  CHECK(has_line(accounts, "g jetstreamd-read -"));
  CHECK(has_line(unit, "SupplementaryGroups=jetstreamd-read"));
  CHECK(has_line(source_file("config/jetstreamd.yaml"), "    group: jetstreamd-read"));
  CHECK(has_line(source_file("systemd/jetstreamd.socket"), "ListenDatagram=127.0.0.1:8080"));
  CHECK(has_line(source_file("config/jetstreamd.yaml"), "  listen: \"127.0.0.1:8080\""));
  CHECK(has_line(source_file("systemd/jetstreamd.tmpfiles.conf"),
                 "d /var/lib/jetstreamd 0700 jetstreamd jetstreamd-admin -"));
}

TEST_CASE("the image is built in two stages and ends from scratch") {
  const auto all = instructions();
  CHECK(all.at(0) == "ARG BASE=debian:bookworm-slim");
  const auto stages = with_keyword(all, "FROM");
  REQUIRE(stages.size() == 2);
  CHECK(stages[0] == "${BASE} AS build");
  CHECK(stages[1] == "scratch");
  const auto copies = with_keyword(all, "COPY");
  CHECK(std::count(copies.begin(), copies.end(), "--from=build /image /") == 1);
  for (const char* folder : {"/run/jetstreamd", "/var/lib/jetstreamd"}) {
    CHECK(std::count(copies.begin(), copies.end(),
                     std::string("--from=build --chown=65532:65532 /empty ") + folder) == 1);
  }
}

TEST_CASE("the image runs as nobody in particular and needs no shell") {
  auto all = instructions();
  const auto last_stage = std::find(all.begin(), all.end(), "FROM scratch");
  REQUIRE(last_stage != all.end());
  all.erase(all.begin(), last_stage);
  CHECK(with_keyword(all, "USER") == std::vector<std::string>{"65532:65532"});
  for (const char* keyword : {"RUN", "ENTRYPOINT", "CMD", "VOLUME"}) {
    for (const std::string& words : with_keyword(all, keyword))
      CHECK_FALSE(exec_form(words).empty());
  }
  REQUIRE(with_keyword(all, "ENTRYPOINT").size() == 1);
  CHECK(exec_form(with_keyword(all, "ENTRYPOINT")[0]) ==
        std::vector<std::string>{"/usr/sbin/jetstreamd"});
  const auto health = with_keyword(all, "HEALTHCHECK");
  REQUIRE(health.size() == 1);
  const std::size_t command = health[0].find("CMD ");
  REQUIRE(command != std::string::npos);
  CHECK(exec_form(health[0].substr(command + 4)) ==
        std::vector<std::string>{"/usr/bin/jsctl", "health", "--ready", "--timeout", "2s"});
  CHECK(with_keyword(all, "STOPSIGNAL") == std::vector<std::string>{"SIGTERM"});
  CHECK(with_keyword(all, "EXPOSE") == std::vector<std::string>{"8080/udp"});
}

TEST_CASE("the image's command line is one that the daemon takes") {
  const auto all = instructions();
  REQUIRE(with_keyword(all, "CMD").size() == 1);
  std::string command = JS_DAEMON_BINARY;
  for (std::string word : exec_form(with_keyword(all, "CMD")[0])) {
    if (word == "/etc/jetstreamd/jetstreamd.yaml")
      word = std::string(JS_SOURCE_DIR) + "/config/jetstreamd.yaml";
    command += " '" + word + "'";
  }
  const Finished checked = run(command + " --check");
  INFO(checked.output);
  CHECK(checked.code == 0);
}

TEST_CASE("the program checks and prints configurations") {
  const std::string daemon = JS_DAEMON_BINARY;
  const std::string config = std::string(JS_SOURCE_DIR) + "/config/";
  CHECK(run(daemon + " --print-default-config").output == source_file("config/jetstreamd.yaml"));
  for (const char* name :
       {"jetstreamd.yaml", "production.yaml", "development.yaml", "bench.yaml"}) {
    CHECK(run(daemon + " --check --config " + config + name).code == 0);
  }
  const TemporaryFolder folder;
  const auto wrong = folder.path() / "wrong.yaml";
  std::ofstream(wrong) << "version: 1\nlog: {level: loud}\n";
  const Finished refused = run(daemon + " --check --config " + wrong.string());
  CHECK(refused.code == 78);
  CHECK(refused.output.find(wrong.string() + ":2:14: error: \"loud\"") == 0);
  CHECK(run(daemon + " --config " + wrong.string()).code == 78);
  CHECK(run(daemon + " --nonsense").code == 2);
  CHECK(run(daemon + " --version").code == 0);
}
