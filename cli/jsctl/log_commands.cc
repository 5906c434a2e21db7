// SPDX-License-Identifier: MIT
#include "jsctl/grammar.h"
#include "jsctl/printing.h"

namespace jetstream::jsctl {
namespace {

using control::CommandId;

constexpr Printer kLogPrinters[] = {
    {CommandId::kLogLevel, print_report<control::LogLevelReport>},
};

}  // namespace

std::span<const Printer> log_printers() { return kLogPrinters; }

void add_log_commands(Grammar& grammar) {
  CLI::App* log = grammar.app.add_subcommand("log", "Look after the daemon's log.");
  const auto level = std::make_shared<std::string>();
  grammar
      .add(*log, "level", CommandId::kLogLevel,
           [level] {
             return level->empty() ? control::LogLevelArgs{} : control::LogLevelArgs{*level};
           })
      ->add_option("LEVEL", *level, arg_doc(CommandId::kLogLevel, "level"))
      ->check(CLI::IsMember({"trace", "debug", "info", "warning", "error"}));
}

}  // namespace jetstream::jsctl
