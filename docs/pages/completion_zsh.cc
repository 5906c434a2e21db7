// SPDX-License-Identifier: MIT
#include "pages/completion.h"

namespace jetstream::pages {
namespace {

/// For single quotes and inside the brackets of _arguments.
std::string zsh_quoted(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else if (c == '[' || c == ']' || c == ':') {
      out += std::string("\\") + c;
    } else {
      out += c;
    }
  }
  return out;
}

std::string action(const Option& option, const std::string& function, const LiveValue& live) {
  if (!option.choices.empty()) {
    return "(" + with_plain_patterns(joined(option.choices, " ")) + ")";
  }
  if (is_file(option)) return "_files";
  if (!live.value.empty() && option.value == live.value) return function + "_live";
  return " ";
}

void add_zsh(std::string& out, const std::string& root, const std::string& function,
             const Command& command, const LiveValue& live) {
  for (const Command& below : command.commands) {
    add_zsh(out, root, function + "_" + below.name, below, live);
  }
  out += function + "() {\n";
  if (!command.commands.empty()) out += "  local line state\n";
  out += "  _arguments -S";
  if (!command.commands.empty()) out += " -C";
  for (const Option& option : command.options) {
    for (const std::string& name : option.names) {
      out += " \\\n    '" + std::string(option.repeatable ? "*" : "") + name + "[" +
             zsh_quoted(option.help) + "]";
      if (!option.value.empty()) {
        out += ":" + zsh_quoted(option.value) + ":" + action(option, root, live);
      }
      out += "'";
    }
  }
  for (const Option& argument : command.arguments) {
    out += " \\\n    '" + std::string(argument.repeatable ? "*" : "") + ":" +
           zsh_quoted(argument.value) + ":" + action(argument, root, live) + "'";
  }
  if (command.commands.empty()) {
    out += "\n}\n\n";
    return;
  }
  out +=
      " \\\n    '1: :->command' '*:: :->rest'\n  case $state in\n    command)\n"
      "      local -a commands=(\n";
  for (const Command& below : command.commands) {
    out += "        '" + below.name + ":" + zsh_quoted(below.help) + "'\n";
  }
  out += "      )\n      _describe command commands\n      ;;\n    rest)\n      case $line[1] in\n";
  for (const Command& below : command.commands) {
    out += "        " + below.name;
    for (const std::string& alias : below.aliases) out += " | " + alias;
    out += ") " + function + "_" + below.name + " ;;\n";
  }
  out += "      esac\n      ;;\n  esac\n}\n\n";
}

}  // namespace

std::string zsh_completion(const Command& program, const LiveValue& live) {
  const std::string root = "_" + program.name;
  std::string out =
      "#compdef " + program.name + "\n# Made by the target generate_docs; do not edit.\n\n";
  if (!live.value.empty()) {
    out += root + "_live() {\n  local -a values=(${${(f)\"$(" + live.command +
           " 2>/dev/null)\"}%% *})\n  compadd -a values\n}\n\n";
  }
  add_zsh(out, root, root, program, live);
  return out + root + " \"$@\"\n";
}

}  // namespace jetstream::pages
