// SPDX-License-Identifier: MIT
#include "jsctl/grammar.h"
#include "jsctl/printing.h"

namespace jetstream::jsctl {
namespace {

using control::CommandId;

constexpr Printer kLogPrinters[] = {
    {CommandId::kLogLevel, print_report<control::LogLevelReport>},
    {CommandId::kLogTail, print_rows<control::EventRow>},
};

std::uint64_t milliseconds_of(const std::string& text) {
  return static_cast<std::uint64_t>(parse_timeout(text)->count());
}

const CLI::IsMember& level_check() {
  static const CLI::IsMember kLevels({"trace", "debug", "info", "warning", "error"});
  return kLevels;
}

void add_for(CLI::App* sub, CommandId command, std::string& lasts) {
  sub->add_option("--for", lasts, arg_doc(command, "for_ms"))
      ->type_name("TIME")
      ->check(timeout_check());
}

void add_level(Grammar& grammar, CLI::App& log) {
  const auto args = std::make_shared<control::LogLevelArgs>();
  const auto lasts = std::make_shared<std::string>();
  CLI::App* sub = grammar.add(log, "level", CommandId::kLogLevel, [args, lasts] {
    if (!lasts->empty()) args->for_ms = milliseconds_of(*lasts);
    return *args;
  });
  sub->add_option("LEVEL", args->level, arg_doc(CommandId::kLogLevel, "level"))
      ->check(CLI::IsMember({"trace", "debug", "info", "warning", "error", "default"}));
  sub->add_option("--module", args->module, arg_doc(CommandId::kLogLevel, "module"));
  add_for(sub, CommandId::kLogLevel, *lasts);
}

void add_tail(Grammar& grammar, CLI::App& log) {
  const auto args = std::make_shared<control::LogTailArgs>();
  const auto lasts = std::make_shared<std::string>();
  CLI::App* sub = grammar.add(log, "tail", CommandId::kLogTail,
                              [args, lasts, &invocation = grammar.invocation] {
                                if (!lasts->empty()) args->for_ms = milliseconds_of(*lasts);
                                invocation.run = follow_events;
                                return *args;
                              });
  sub->add_option("--level", args->level, arg_doc(CommandId::kLogTail, "level"))
      ->check(level_check());
  sub->add_option("--module", args->module, arg_doc(CommandId::kLogTail, "module"));
  sub->add_option("--session", args->session, arg_doc(CommandId::kLogTail, "session"))
      ->type_name("ID");
  add_for(sub, CommandId::kLogTail, *lasts);
}

}  // namespace

std::span<const Printer> log_printers() { return kLogPrinters; }

void add_log_commands(Grammar& grammar) {
  CLI::App* log = grammar.app.add_subcommand("log", "Look after the daemon's log.");
  add_level(grammar, *log);
  add_tail(grammar, *log);
}

}  // namespace jetstream::jsctl
