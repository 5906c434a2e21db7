// SPDX-License-Identifier: MIT
#include "pages/describe.h"

#include <CLI/CLI.hpp>

namespace jetstream::pages {
namespace {

/// The words of "{a,b,c}", which CLI11 shows for a value that is one of them.
std::vector<std::string> choices_of(const std::string& type) {
  const std::size_t begin = type.find('{');
  const std::size_t end = type.find('}');
  if (begin == std::string::npos || end == std::string::npos) return {};
  return CLI::detail::split(type.substr(begin + 1, end - begin - 1), ',');
}

/// CLI11 names its own types first, then what checks them: "TEXT:TIME", "UINT:UINT in [1 - 9]".
/// Only what a program chose means something to people.
std::string value_of(const std::string& type) {
  for (const std::string builtin : {"TEXT", "UINT", "INT"}) {
    if (!type.starts_with(builtin)) continue;
    const std::string check = type.substr(std::min(type.size(), builtin.size() + 1));
    if (check.starts_with('{')) return "WORD";
    if (builtin != "TEXT") return "N";
    return check.empty() ? builtin : check;
  }
  return type.starts_with('{') ? "WORD" : type;
}

Option describe_option(const CLI::Option& option) {
  Option out;
  for (const std::string& name : option.get_snames()) out.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) out.names.push_back("--" + name);
  if (option.get_positional()) out.names = {option.get_name(true)};
  const bool takes_value = option.get_items_expected_max() > 0;
  if (takes_value) {
    const std::string text = option.get_option_text();
    // "N [1]" names the value and its default.
    out.value = text.empty() ? value_of(option.get_type_name()) : text.substr(0, text.find(' '));
    if (const std::size_t at = text.find('['); at != std::string::npos) {
      out.fallback = text.substr(at + 1, text.find(']') - at - 1);
    }
    out.choices = choices_of(option.get_type_name());
  }
  // Arguments are better known by their names than as some text.
  const bool unnamed = out.value.empty() || out.value == "TEXT" || out.value == "WORD";
  if (option.get_positional() && unnamed) {
    out.value = out.names.front();
  }
  out.help = option.get_description();
  if (out.fallback.empty()) out.fallback = option.get_default_str();
  out.environment = option.get_envname();
  out.required = option.get_required();
  out.repeatable = takes_value && option.get_expected_max() > 1;
  return out;
}

}  // namespace

Command describe(const CLI::App& app) {
  Command out;
  out.name = app.get_name();
  out.aliases = app.get_aliases();
  out.help = app.get_description();
  out.footer = app.get_footer();
  for (const CLI::Option* option : app.get_options()) {
    (option->get_positional() ? out.arguments : out.options).push_back(describe_option(*option));
  }
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    out.commands.push_back(describe(*command));
  }
  return out;
}

}  // namespace jetstream::pages
