// SPDX-License-Identifier: MIT
#include "jsctl/grammar.h"
#include "jsctl/printing.h"

namespace jetstream::jsctl {
namespace {

using control::CommandId;

/// Times as they are typed.
struct StartOptions {
  control::DrainStartArgs args;
  std::string deadline;
  std::string pace;
  std::string retry_after;
  std::string hold;
};

control::DrainStartArgs start_args(const StartOptions& options) {
  const auto ms = [](const std::string& text) -> std::optional<std::uint64_t> {
    if (text.empty()) return std::nullopt;
    return static_cast<std::uint64_t>(parse_timeout(text)->count());
  };
  control::DrainStartArgs args = options.args;
  args.deadline_ms = ms(options.deadline);
  args.pace_ms = ms(options.pace);
  args.retry_after_ms = ms(options.retry_after);
  args.hold_ms = ms(options.hold);
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
  const auto options = std::make_shared<StartOptions>();
  CLI::App* start = grammar.add(*drain, "start", CommandId::kDrainStart,
                                [options] { return start_args(*options); });
  const auto add = [start](const std::string& name, auto& value, std::string_view arg) {
    return start->add_option(name, value, arg_doc(CommandId::kDrainStart, arg));
  };
  const auto add_time = [add](const std::string& name, std::string& text, std::string_view arg) {
    return add(name, text, arg)->type_name("TIME")->check(timeout_check());
  };
  add_time("--deadline", options->deadline, "deadline_ms");
  add_time("--pace", options->pace, "pace_ms");
  add_time("--retry-after", options->retry_after, "retry_after_ms");
  add("--alternate", options->args.alternate, "alternate")->type_name("ADDRESS");
  add("--sessions-left", options->args.sessions_left, "sessions_left")->type_name("N");
  add("--then", options->args.then, "then")->check(CLI::IsMember({"hold", "exit"}));
  add_time("--for", options->hold, "hold_ms");
  start->add_flag("--wait", grammar.invocation.wait, "Return when it is over");
  grammar.add(*drain, "cancel", CommandId::kDrainCancel);
  grammar.add(*drain, "status", CommandId::kDrainStatus);
}

}  // namespace jetstream::jsctl
