// SPDX-License-Identifier: MIT
#include "pages/completion.h"

namespace jetstream::pages {
namespace {

struct Writer {
  const Command& program;
  const LiveValue& live;
  std::string valued;   // branches: options that take a value
  std::string paths;    // patterns of what is a command
  std::string values;   // branches: what such an option takes
  std::string offered;  // branches: commands, options and arguments at a path

  /// What the shell does for a value.
  std::string action(const Option& option) const {
    if (!option.choices.empty()) {
      return "words=\"" + joined(option.choices, " ") + "\"";
    }
    if (is_file(option)) return "compopt -o default";
    if (option.value == live.value) {
      return "words=\"$(" + live.command +
             " 2>/dev/null | while read -r one _; do echo \"$one\"; done)\"";
    }
    return ":";
  }

  void add(const std::string& path, const Command& command) {
    if (!path.empty()) paths += (paths.empty() ? "" : " | ") + path;
    std::string words;
    for (const Command& below : command.commands) {
      words += below.name + " ";
      for (const std::string& alias : below.aliases) words += alias + " ";
    }
    for (const Option& option : command.options) {
      for (const std::string& name : option.names) {
        words += name + " ";
        if (option.value.empty()) continue;
        valued += "      \"" + path + " " + name + "\") skip=$word ;;\n";
        values += "      \"" + path + " " + name + "\") " + action(option) + " ;;\n";
      }
    }
    words.pop_back();
    offered += "      \"" + path + "\")\n";
    if (!command.arguments.empty()) {
      offered += "        " + action(command.arguments.front()) + "\n";
    }
    offered += "        words+=\" " + words + "\"\n        ;;\n";
    for (const Command& below : command.commands) {
      add(path + "/" + below.name, below);
      for (const std::string& alias : below.aliases) add(path + "/" + alias, below);
    }
  }
};

}  // namespace

std::string bash_completion(const Command& program, const LiveValue& live) {
  Writer writer{program, live, {}, {}, {}, {}};
  writer.add("", program);
  // Options of the program itself may also follow a command.
  return "# Made by the target generate_docs; do not edit.\n"
         "_" +
         program.name +
         "() {\n"
         "  local cur=${COMP_WORDS[COMP_CWORD]} path= skip= word words= i\n"
         "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
         "    word=${COMP_WORDS[i]}\n"
         "    if [[ -n $skip ]]; then\n"
         "      skip=\n"
         "      continue\n"
         "    fi\n"
         "    case \"$path $word\" in\n" +
         writer.valued +
         "      *)\n"
         "        case \"$path/$word\" in\n"
         "          " +
         (writer.paths.empty() ? "''" : writer.paths) +
         ") path+=/$word ;;\n"
         "        esac\n"
         "        ;;\n"
         "    esac\n"
         "  done\n"
         "  if [[ -n $skip ]]; then\n"
         "    case \"$path $skip\" in\n" +
         writer.values +
         "    esac\n"
         "  else\n"
         "    case \"$path\" in\n" +
         writer.offered +
         "    esac\n"
         "  fi\n"
         "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
         "}\n"
         "complete -F _" +
         program.name + " " + program.name + "\n";
}

}  // namespace jetstream::pages
