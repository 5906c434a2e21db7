// SPDX-License-Identifier: MIT
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>
#include <vector>

#include "control/report_fields.h"
#include "control_document.h"
#include "jetstream/control.h"

namespace jetstream::control {

TEST_CASE("The table of commands is complete and consistent") {
  std::set<std::string_view> names;
  for (const CommandSpec& spec : command_table()) {
    INFO(spec.name);
    CHECK(names.insert(spec.name).second);
    CHECK(&spec_of(spec.id) == &spec);
    CHECK(find_command(spec.name) == &spec);
    CHECK(spec.access != Access::kNone);
    // What a part of a list of bans says changes nothing until the whole is there.
    const bool part = spec.id == CommandId::kBanLoadBegin || spec.id == CommandId::kBanLoadItems;
    CHECK((spec.access >= Access::kOperate) == (spec.mutating || part));
    CHECK(spec.doc.ends_with('.'));
    std::set<std::string_view> args;
    for (const ArgSpec& arg : spec.args) {
      INFO(arg.name);
      CHECK(args.insert(arg.name).second);
      CHECK(arg.min <= arg.max);
      CHECK(arg.doc.ends_with('.'));
    }
  }
  CHECK(find_command("no.such") == nullptr);
  CHECK(schema_of(CommandId::kSessionList) == "jetstreamd.session.list/1");
}

TEST_CASE("The table of commands and the typed arguments have the same names") {
  for (const CommandSpec& spec : command_table()) {
    INFO(spec.name);
    std::vector<std::string_view> typed;
    Args blank = blank_args(spec.id);
    std::visit(
        [&](auto& args) {
          describe(args, [&](std::string_view name, const auto&) { typed.push_back(name); });
        },
        blank);
    std::vector<std::string_view> listed;
    for (const ArgSpec& arg : spec.args) listed.push_back(arg.name);
    CHECK(typed == listed);
  }
}

TEST_CASE("Every argument of the table reaches the typed request") {
  for (const CommandSpec& spec : command_table()) {
    for (const ArgSpec& arg : spec.args) {
      // A required argument besides the one at hand would be needed too; give all of those.
      std::string args;
      const auto add = [&](const ArgSpec& given) {
        const std::uint64_t number = std::clamp<std::uint64_t>(7, given.min, given.max);
        const std::string word(std::clamp<std::size_t>(4, given.min, given.max), 'w');
        const std::string values[] = {std::to_string(number), "true",       "\"" + word + "\"",
                                      "\"normal\"",           "[\"word\"]", "[\"3\",\"4\"]"};
        args += (args.empty() ? "\"" : ",\"") + std::string(given.name) +
                "\":" + values[static_cast<std::size_t>(given.type)];
      };
      for (const ArgSpec& other : spec.args) {
        if (other.required && other.name != arg.name) add(other);
      }
      const std::string start = "{\"cmd\":\"" + std::string(spec.name) + "\",\"args\":{";
      const auto without = arg.required ? Result<Request, RequestFault>(Request{})
                                        : parse_request(start + args + "}}");
      add(arg);
      const auto with = parse_request(start + args + "}}");
      INFO(start + args);
      REQUIRE(with);
      REQUIRE(without);
      CHECK(with->args != without->args);
    }
  }
}

TEST_CASE("docs/CONTROL.md is what the tables say") {
  const std::string path = JS_SOURCE_DIR "/docs/CONTROL.md";
  const std::string wanted = control_document();
  if (std::getenv("JS_UPDATE_DOCS") != nullptr) std::ofstream(path) << wanted;
  std::stringstream found;
  found << std::ifstream(path).rdbuf();
  INFO("run control_test with JS_UPDATE_DOCS=1 to rewrite " << path);
  CHECK(found.str() == wanted);
}

}  // namespace jetstream::control
