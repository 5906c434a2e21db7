// SPDX-License-Identifier: MIT
#include "jsctl/grammar.h"
#include "jsctl/printing.h"

namespace jetstream::jsctl {
namespace {

using control::CommandId;

void remark_sources(const Printing& p, Outcome& outcome) {
  const auto summary = read_summary<control::SourceListSummary>(p, outcome);
  if (!summary) return;
  const bool all = std::get<control::SourceListArgs>(p.invocation.request.args).all;
  const std::uint64_t wanted = all ? summary->sources : summary->limited;
  if (summary->count < wanted) {
    outcome.err +=
        std::to_string(summary->count) + " of " + std::to_string(wanted) + " shown; use --limit\n";
  } else if (!all && wanted == 0) {
    outcome.err += "none of " + std::to_string(summary->sources) + " sources is limited\n";
  }
}

constexpr Printer kSourcePrinters[] = {
    {CommandId::kSourceList, print_rows<control::SourceRow>, remark_sources},
    {CommandId::kSourceReset, print_report<control::SourceResetReport>},
    {CommandId::kExplain, print_report<control::ExplainReport>},
};

}  // namespace

std::span<const Printer> source_printers() { return kSourcePrinters; }

void add_source_commands(Grammar& grammar) {
  CLI::App* limit = grammar.app.get_subcommand("limit");
  const auto list_args = std::make_shared<control::SourceListArgs>();
  CLI::App* list =
      grammar.add(*limit, "list", CommandId::kSourceList, [list_args] { return *list_args; });
  CLI::Option* all =
      list->add_flag("--all", list_args->all, arg_doc(CommandId::kSourceList, "all"));
  list->add_flag_callback(
          "--limited", [list_args] { list_args->all = false; },
          "Only sources that a limit concerns, as without any option")
      ->excludes(all);
  list->add_option("--limit", list_args->limit, arg_doc(CommandId::kSourceList, "limit"))
      ->check(count_check())
      ->check(CLI::Range(std::uint64_t{1}, control::kSourceListMax))
      ->capture_default_str();

  const auto reset_args = std::make_shared<control::SourceResetArgs>();
  grammar.add(*limit, "reset", CommandId::kSourceReset, [reset_args] { return *reset_args; })
      ->add_option("IP", reset_args->address, arg_doc(CommandId::kSourceReset, "address"))
      ->required();

  const auto explain_args = std::make_shared<control::ExplainArgs>();
  CLI::App* explain = grammar.add(grammar.app, "explain", CommandId::kExplain,
                                  [explain_args] { return *explain_args; });
  explain->alias("why");
  explain->add_option("IP[:PORT]", explain_args->address, arg_doc(CommandId::kExplain, "address"))
      ->required();
}

}  // namespace jetstream::jsctl
