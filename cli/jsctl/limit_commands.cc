// SPDX-License-Identifier: MIT
#include "jsctl/grammar.h"
#include "jsctl/printing.h"

namespace jetstream::jsctl {
namespace {

using control::CommandId;

void remark(const Printing& p, Outcome& outcome) {
  const auto summary = read_summary<control::LimitSummary>(p, outcome);
  if (!summary) return;
  if (summary->mode == "observe") outcome.err += "limits are observed, not enforced\n";
  report_missing(summary->not_found, outcome);
}

constexpr Printer kLimitPrinters[] = {
    {CommandId::kLimitShow, print_rows<control::LimitRow>, remark},
};

}  // namespace

std::span<const Printer> limit_printers() { return kLimitPrinters; }

void add_limit_commands(Grammar& grammar) {
  CLI::App* limit = grammar.app.add_subcommand("limit", "Look at the rate limits.");
  const auto ids = std::make_shared<std::vector<std::string>>();
  CLI::App* show = grammar.add(*limit, "show", CommandId::kLimitShow,
                               [ids] { return control::LimitShowArgs{session_ids(*ids)}; });
  add_ids(show, CommandId::kLimitShow, *ids);
}

}  // namespace jetstream::jsctl
