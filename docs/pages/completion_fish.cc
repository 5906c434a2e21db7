// SPDX-License-Identifier: MIT
#include "pages/completion.h"

namespace jetstream::pages {
namespace {

std::string fish_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

std::string value_of(const Option& option, const LiveValue& live) {
  if (option.value.empty()) return "";
  if (!option.choices.empty()) {
    return " -x -a " + fish_quoted(with_plain_patterns(joined(option.choices, " ")));
  }
  if (is_file(option)) return " -r -F";
  if (option.value == live.value) {
    return " -x -a '(" + live.command + " 2>/dev/null | string replace -r \" .*\" \"\")'";
  }
  return " -x";
}

void add_fish(std::string& out, const std::string& program, const std::string& path,
              const Command& command, const LiveValue& live) {
  std::string children;
  for (const Command& below : command.commands) {
    children += " " + below.name;
    for (const std::string& alias : below.aliases) children += " " + alias;
  }
  const std::string here = "complete -c " + program + " -n " +
                           fish_quoted("__" + program + "_at" + path + " --" + children);
  const std::string after =
      "complete -c " + program + " -n " + fish_quoted("__" + program + "_at" + path + " --");
  for (const Command& below : command.commands) {
    out += here + " -a " + below.name + " -d " + fish_quoted(below.help) + "\n";
  }
  for (const Option& option : command.options) {
    out += after;
    for (const std::string& name : option.names) {
      out += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    }
    out += value_of(option, live) + " -d " + fish_quoted(option.help) + "\n";
  }
  for (const Option& argument : command.arguments) out += here + value_of(argument, live) + "\n";
  for (const Command& below : command.commands)
    add_fish(out, program, path + " " + below.name, below, live);
}

}  // namespace

std::string fish_completion(const Command& program, const LiveValue& live) {
  const std::string function = "__" + program.name + "_at";
  std::string out =
      "# Made by the target generate_docs; do not edit.\n"
      "# PATH... -- [CHILD...]: the commands of PATH were typed, and none of the children.\n"
      "function " +
      function +
      "\n"
      "    set -l words (commandline -opc)\n"
      "    set -l children\n"
      "    while set -q argv[1]\n"
      "        if test $argv[1] = --\n"
      "            set children $argv[2..]\n"
      "            break\n"
      "        end\n"
      "        set -l at (contains -i -- $argv[1] $words)\n"
      "        or return 1\n"
      "        set words $words[$at..]\n"
      "        set -e argv[1]\n"
      "    end\n"
      "    for child in $children\n"
      "        contains -- $child $words\n"
      "        and return 1\n"
      "    end\n"
      "    return 0\n"
      "end\n\n"
      "complete -c " +
      program.name + " -f\n";
  add_fish(out, program.name, "", program, live);
  return out;
}

}  // namespace jetstream::pages
