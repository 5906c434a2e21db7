// SPDX-License-Identifier: MIT
#include "jsctl/grammar.h"
#include "jsctl/printing.h"

namespace jetstream::jsctl {
namespace {

using control::CommandId;

control::DrainStartArgs start_args(const std::string& deadline) {
  control::DrainStartArgs args;
  if (!deadline.empty()) {
    args.deadline_ms = static_cast<std::uint64_t>(parse_timeout(deadline)->count());
  }
  return args;
}

constexpr Printer kDrainPrinters[] = {
    {CommandId::kDrainStart, print_report<control::DrainReport>},
    {CommandId::kDrainCancel, print_report<control::DrainReport>},
    {CommandId::kDrainStatus, print_report<control::DrainReport>},
};

}  // namespace

std::span<const Printer> drain_printers() { return kDrainPrinters; }

void add_drain_commands(Grammar& grammar) {
  CLI::App* drain = grammar.app.add_subcommand("drain", "Let all sessions come to their end.");
  const auto deadline = std::make_shared<std::string>();
  CLI::App* start = grammar.add(*drain, "start", CommandId::kDrainStart,
                                [deadline] { return start_args(*deadline); });
  start->add_option("--deadline", *deadline, arg_doc(CommandId::kDrainStart, "deadline_ms"))
      ->type_name("TIME")
      ->check(timeout_check());
  start->add_flag("--wait", grammar.invocation.wait, "Return when it is over");
  grammar.add(*drain, "cancel", CommandId::kDrainCancel);
  grammar.add(*drain, "status", CommandId::kDrainStatus);
}

}  // namespace jetstream::jsctl
