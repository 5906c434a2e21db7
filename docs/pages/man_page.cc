// SPDX-License-Identifier: MIT
#include "pages/man_page.h"

#include "pages/roff.h"

namespace jetstream::pages {
namespace {

constexpr std::string_view kExitCodes = "Exit codes: ";

/// "-c, --count N", as a person writes it.
std::string usage_of(const Option& option) {
  std::string out = joined(option.names, ", ");
  if (option.names.front().starts_with('-') && !option.value.empty()) out += " " + option.value;
  return out;
}

std::string meaning_of(const Option& option) {
  std::string out = option.help;
  if (!out.ends_with('.')) out += ".";
  if (option.repeatable && out.find("repeated") == std::string::npos) out += " May be repeated.";
  if (!option.choices.empty()) out += " One of " + joined(option.choices, ", ") + ".";
  if (!option.fallback.empty()) out += " Default: `" + option.fallback + "`.";
  return out;
}

/// "jsctl session close [--reason WORD] ID..."
std::string synopsis_of(const std::string& path, const Command& command) {
  std::string out = path;
  for (const Option& option : command.options) {
    const std::string text = option.names.back() + (option.value.empty() ? "" : " " + option.value);
    if (option.names.back() == "--help" || option.names.back() == "--version") continue;
    out += option.required ? " " + text : " [" + text + "]";
    if (option.repeatable) out += "...";
  }
  for (const Option& argument : command.arguments) {
    out += argument.required ? " " + argument.value : " [" + argument.value + "]";
    if (argument.repeatable) out += "...";
  }
  return out;
}

void describe_options(Roff& page, const std::vector<Option>& options) {
  for (const Option& option : options) {
    if (option.names.back() != "--help") page.term(usage_of(option), meaning_of(option));
  }
}

void describe_command(Roff& page, const std::string& path, const Command& command) {
  if (!command.commands.empty()) {
    for (const Command& below : command.commands) {
      describe_command(page, path + " " + below.name, below);
    }
    return;
  }
  page.subheading(synopsis_of(path, command));
  std::string help = command.help;
  if (!help.ends_with('.')) help += ".";
  if (!command.aliases.empty()) help += " Also `" + joined(command.aliases, "`, `") + "`.";
  page.paragraph(help);
  describe_options(page, command.arguments);
  describe_options(page, command.options);
}

void describe_environment(Roff& page, const Command& program) {
  bool any = false;
  for (const Option& option : program.options) {
    if (option.environment.empty()) continue;
    if (!any) page.heading("Environment");
    any = true;
    page.term(option.environment, "Read where `" + option.names.back() + "` is not given.");
  }
}

}  // namespace

std::string man_page(const Command& program, const Notes& notes) {
  Roff page(program.name, notes.section, notes.manual);
  std::string about = program.help;
  about[0] = static_cast<char>(about[0] | 0x20);  // as in "jsctl - looks after ..."
  if (about.ends_with('.')) about.pop_back();
  page.heading("Name").name(program.name, about);
  page.heading("Synopsis");
  if (program.commands.empty()) {
    page.paragraph("`" + synopsis_of(program.name, program) + "`");
  } else {
    page.paragraph("`" + program.name + "` [OPTION]... COMMAND [ARGUMENT]...");
  }
  page.heading("Description").markdown(notes.description);
  if (!program.commands.empty()) page.heading("Commands");
  for (const Command& command : program.commands) {
    describe_command(page, command.name, command);
  }
  page.heading("Options");
  describe_options(page, program.options);
  if (program.footer.starts_with(kExitCodes)) {
    page.heading("Exit status").paragraph(program.footer.substr(kExitCodes.size()));
  }
  if (!notes.signals.empty()) page.heading("Signals");
  for (const auto& [name, meaning] : notes.signals) page.term(name, meaning);
  describe_environment(page, program);
  page.heading("Files").markdown(notes.files);
  page.heading("Examples").markdown(notes.examples);
  page.heading("See also").paragraph(notes.see_also);
  return page.text();
}

}  // namespace jetstream::pages
