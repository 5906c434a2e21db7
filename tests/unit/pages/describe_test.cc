// SPDX-License-Identifier: MIT
#include "pages/describe.h"

#include <CLI/CLI.hpp>
#include <catch2/catch.hpp>

using namespace jetstream::pages;

namespace {

const Option& option_of(const Command& command, const std::string& name) {
  for (const Option& option : command.options) {
    if (option.names.back() == name) return option;
  }
  FAIL("no option " << name);
  return command.options.front();
}

}  // namespace

TEST_CASE("options are described as people know them") {
  CLI::App app("About it.", "prog");
  std::string text;
  std::string word;
  std::vector<std::string> many;
  unsigned number = 7;
  bool on = false;
  app.add_option("-t,--text", text, "Some text");
  app.add_option("--word", word, "One of them")->check(CLI::IsMember({"a", "b"}));
  app.add_option("--time", text, "When")
      ->check(CLI::Validator([](std::string&) { return ""; }, "TIME"));
  app.add_option("--number", number, "How many")->check(CLI::Range(1, 9))->capture_default_str();
  app.add_option("--count", number, "How often")->option_text("N [1]");
  app.add_option("--file", many, "Which")->type_name("FILE")->envname("PROG_FILE");
  app.add_flag("--on", on, "On or off");
  const Command command = describe(app);

  CHECK(command.name == "prog");
  CHECK(command.help == "About it.");
  CHECK(option_of(command, "--text").names == std::vector<std::string>{"-t", "--text"});
  CHECK(option_of(command, "--text").value == "TEXT");
  CHECK(option_of(command, "--word").value == "WORD");
  CHECK(option_of(command, "--word").choices == std::vector<std::string>{"a", "b"});
  CHECK(option_of(command, "--time").value == "TIME");
  CHECK(option_of(command, "--number").value == "N");
  CHECK(option_of(command, "--number").fallback == "7");
  CHECK(option_of(command, "--count").value == "N");
  CHECK(option_of(command, "--count").fallback == "1");
  CHECK(option_of(command, "--file").environment == "PROG_FILE");
  CHECK(option_of(command, "--file").repeatable);
  CHECK_FALSE(option_of(command, "--text").repeatable);
  CHECK(option_of(command, "--on").value.empty());
}

TEST_CASE("arguments and commands are described below the command they belong to") {
  CLI::App app("", "prog");
  std::string server;
  std::string name;
  CLI::App* sub = app.add_subcommand("do", "Does it.")->alias("d");
  sub->add_option("server", server, "Where")->type_name("HOST:PORT")->required();
  sub->add_option("name", name, "What");
  const Command command = describe(app);

  REQUIRE(command.commands.size() == 1);
  const Command& found = command.commands.front();
  CHECK(found.name == "do");
  CHECK(found.aliases == std::vector<std::string>{"d"});
  REQUIRE(found.arguments.size() == 2);
  CHECK(found.arguments[0].value == "HOST:PORT");
  CHECK(found.arguments[0].required);
  CHECK(found.arguments[1].value == "name");
  CHECK_FALSE(found.arguments[1].required);
}
