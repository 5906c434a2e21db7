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

const CLI::IsMember& level_check() {
  static const CLI::IsMember kLevels({"trace", "debug", "info", "warning", "error"});
  return kLevels;
}

void add_level(Grammar& grammar, CLI::App& log) {
  const auto args = std::make_shared<control::LogLevelArgs>();
  CLI::App* sub = grammar.add(log, "level", CommandId::kLogLevel, [args] { return *args; });
  sub->add_option("LEVEL", args->level, arg_doc(CommandId::kLogLevel, "level"))
      ->check(CLI::IsMember({"trace", "debug", "info", "warning", "error", "default"}));
  sub->add_option("--module", args->module, arg_doc(CommandId::kLogLevel, "module"));
  add_time(sub, "--for", args->for_ms, CommandId::kLogLevel, "for_ms");
}

void add_tail(Grammar& grammar, CLI::App& log) {
  const auto args = std::make_shared<control::LogTailArgs>();
  const auto lasts = std::make_shared<std::optional<std::uint64_t>>();
  CLI::App* sub = grammar.add(log, "tail", CommandId::kLogTail,
                              [args, lasts, &invocation = grammar.invocation] {
                                args->for_ms = lasts->value_or(control::kLogTailForMs);
                                invocation.run = follow_events;
                                return *args;
                              });
  sub->add_option("--level", args->level, arg_doc(CommandId::kLogTail, "level"))
      ->check(level_check());
  sub->add_option("--module", args->module, arg_doc(CommandId::kLogTail, "module"));
  sub->add_option("--session", args->session, arg_doc(CommandId::kLogTail, "session"))
      ->type_name("ID");
  add_time(sub, "--for", *lasts, CommandId::kLogTail, "for_ms");
}

}  // namespace

std::span<const Printer> log_printers() { return kLogPrinters; }

void add_log_commands(Grammar& grammar) {
  CLI::App* log = grammar.app.add_subcommand("log", "Look after the daemon's log.");
  add_level(grammar, *log);
  add_tail(grammar, *log);
}

}  // namespace jetstream::jsctl
