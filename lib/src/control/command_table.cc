// SPDX-License-Identifier: MIT
#include <algorithm>
#include <vector>

#include "base/assert.h"
#include "control/command_families.h"

namespace jetstream::control {
namespace {

std::vector<CommandSpec> join_families() {
  std::vector<CommandSpec> table;
  for (const auto family : {daemon_commands(), session_commands(), drain_commands(),
                            limit_commands(), source_commands(), ban_commands(), log_commands(),
                            event_commands(), config_commands(), health_commands()}) {
    table.insert(table.end(), family.begin(), family.end());
  }
  return table;
}

}  // namespace

std::span<const CommandSpec> command_table() {
  static const std::vector<CommandSpec> kTable = join_families();
  return kTable;
}

const CommandSpec& spec_of(CommandId command) {
  const auto table = command_table();
  const auto found = std::find_if(table.begin(), table.end(),
                                  [&](const CommandSpec& spec) { return spec.id == command; });
  JS_ASSERT(found != table.end());
  return *found;
}

const CommandSpec* find_command(std::string_view name) {
  const auto table = command_table();
  const auto found = std::find_if(table.begin(), table.end(),
                                  [&](const CommandSpec& spec) { return spec.name == name; });
  return found == table.end() ? nullptr : &*found;
}

std::string schema_of(CommandId command) {
  return "jetstreamd." + std::string(spec_of(command).name) + "/1";
}

CommandRow row_of(const CommandSpec& spec) {
  CommandRow row{std::string(spec.name),
                 std::string(to_string(spec.access)),
                 spec.mutating,
                 spec.streaming,
                 {},
                 std::string(spec.doc)};
  for (const ArgSpec& arg : spec.args) {
    row.args.push_back({std::string(arg.name), std::string(to_string(arg.type)), arg.required,
                        std::string(arg.doc)});
  }
  return row;
}

}  // namespace jetstream::control
