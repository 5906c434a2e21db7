// SPDX-License-Identifier: MIT
#include "jsctl/grammar.h"
#include "jsctl/printing.h"

namespace jetstream::jsctl {
namespace {

using control::CommandId;

constexpr Printer kDrainPrinters[] = {
    {CommandId::kDrainStart, print_report<control::DrainReport>},
    {CommandId::kDrainCancel, print_report<control::DrainReport>},
    {CommandId::kDrainStatus, print_report<control::DrainReport>},
};

}  // namespace

std::span<const Printer> drain_printers() { return kDrainPrinters; }

void add_drain_commands(Grammar& grammar) {
  CLI::App* drain = grammar.app.add_subcommand("drain", "Let all sessions come to their end.");
  const auto args = std::make_shared<control::DrainStartArgs>();
  CLI::App* start = grammar.add(*drain, "start", CommandId::kDrainStart, [args] { return *args; });
  const auto add = [start](const std::string& name, auto& value, std::string_view arg) {
    return start->add_option(name, value, arg_doc(CommandId::kDrainStart, arg));
  };
  const auto time = [start](const std::string& name, auto& ms, std::string_view arg) {
    add_time(start, name, ms, CommandId::kDrainStart, arg);
  };
  time("--deadline", args->deadline_ms, "deadline_ms");
  time("--pace", args->pace_ms, "pace_ms");
  time("--retry-after", args->retry_after_ms, "retry_after_ms");
  add("--alternate", args->alternate, "alternate")->type_name("ADDRESS");
  add("--sessions-left", args->sessions_left, "sessions_left")
      ->type_name("N")
      ->check(count_check());
  add("--then", args->then, "then")->check(CLI::IsMember({"hold", "exit"}));
  time("--for", args->hold_ms, "hold_ms");
  start->add_flag("--wait", grammar.invocation.wait, "Return when it is over");
  grammar.add(*drain, "cancel", CommandId::kDrainCancel);
  grammar.add(*drain, "status", CommandId::kDrainStatus);
}

}  // namespace jetstream::jsctl
