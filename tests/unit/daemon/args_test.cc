// SPDX-License-Identifier: MIT
#include "daemon/process/args.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <vector>

using namespace jetstream::daemon;

namespace {

std::variant<Options, Answer> parse(std::vector<const char*> words) {
  words.insert(words.begin(), "jetstreamd");
  return parse_args(static_cast<int>(words.size()), words.data());
}

Options options(const std::vector<const char*>& words) {
  auto parsed = parse(words);
  REQUIRE(std::holds_alternative<Options>(parsed));
  return std::get<Options>(parsed);
}

Answer answer(const std::vector<const char*>& words) {
  auto parsed = parse(words);
  REQUIRE(std::holds_alternative<Answer>(parsed));
  return std::get<Answer>(parsed);
}

}  // namespace

TEST_CASE("without arguments the daemon runs with the installed configuration") {
  ::unsetenv("JETSTREAMD_CONFIG");
  const Options parsed = options({});
  CHECK(parsed.action == Action::kRun);
  CHECK(parsed.config_file == "/etc/jetstreamd/jetstreamd.yaml");
  CHECK(parsed.overrides.listen.empty());
  CHECK(parsed.overrides.state_dir.empty());
  CHECK(parsed.overrides.admin_socket.empty());
}

TEST_CASE("the environment names the configuration, the command line wins") {
  ::setenv("JETSTREAMD_CONFIG", "/env.yaml", 1);
  CHECK(options({}).config_file == "/env.yaml");
  CHECK(options({"--config", "/arg.yaml"}).config_file == "/arg.yaml");
  ::unsetenv("JETSTREAMD_CONFIG");
}

TEST_CASE("actions") {
  CHECK(options({"--check", "--config", "x"}).action == Action::kCheck);
  CHECK(options({"--dump-config", "--config", "x"}).action == Action::kDumpConfig);
  CHECK(options({"--print-default-config"}).action == Action::kPrintDefaultConfig);
  CHECK(answer({"--version"}).text == "jetstreamd " JS_VERSION "\n");
  CHECK(answer({"--version"}).code == kExitOk);
  const Answer help = answer({"--help"});
  CHECK(help.code == kExitOk);
  for (const char* option : {"--config", "--check", "--print-default-config", "--version",
                             "--listen", "--state-dir", "--admin-socket", "78"}) {
    CHECK(help.text.find(option) != std::string::npos);
  }
}

TEST_CASE("overrides") {
  const Options parsed = options({"--listen", "127.0.0.1:0", "--listen", "[::1]:9", "--state-dir",
                                  "/s", "--admin-socket", "/s/a"});
  REQUIRE(parsed.overrides.listen.size() == 2);
  CHECK(parsed.overrides.listen[1].to_string() == "[::1]:9");
  CHECK(parsed.overrides.state_dir == "/s");
  CHECK(parsed.overrides.admin_socket == "/s/a");
}

TEST_CASE("wrong usage exits with 2 and says why") {
  const std::string long_path = "/" + std::string(107, 'a');
  for (const std::vector<const char*>& words :
       std::vector<std::vector<const char*>>{{"--nonsense"},
                                             {"stray"},
                                             {"--config"},
                                             {"--listen", "8080"},
                                             {"--listen", "localhost:80"},
                                             {"--check", "--print-default-config"},
                                             {"--check", "--dump-config"},
                                             {"--dump-config", "--print-default-config"},
                                             {"--admin-socket", long_path.c_str()},
                                             {"--state-dir"}}) {
    INFO(words[0]);
    const Answer wrong = answer(words);
    CHECK(wrong.code == kExitUsage);
    CHECK_FALSE(wrong.text.empty());
  }
  CHECK(answer({"--listen", "8080"}).text.find("write \"127.0.0.1:8080\"") != std::string::npos);
  CHECK(options({"--admin-socket", long_path.substr(0, 107).c_str()})
            .overrides.admin_socket.native()
            .size() == 107);
}
