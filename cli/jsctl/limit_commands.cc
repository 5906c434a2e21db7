// SPDX-License-Identifier: MIT
#include "jsctl/facts.h"
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

/// Said once, however many limits it is true of.
std::string too_little(const std::vector<control::LimitSuggestionRow>& rows,
                       const control::LimitSuggestSummary& summary) {
  std::vector<std::string> keys;
  for (const control::LimitSuggestionRow& row : rows) {
    if (!row.suggested) keys.push_back(printable(row.key));
  }
  if (keys.empty()) return "";
  return "too little was seen to suggest anything" +
         (keys.size() == rows.size() ? "" : " for " + join(keys)) + ": it takes " +
         std::to_string(summary.seen_needed) + " values of a limit\n";
}

void remark_suggestions(const Printing& p, Outcome& outcome) {
  const auto summary = read_summary<control::LimitSuggestSummary>(p, outcome);
  const auto rows = p.exchange.read_all<control::LimitSuggestionRow>(p.answer.items);
  if (!summary || !rows) return;
  constexpr std::uint64_t kDayMs = 24ull * 60 * 60 * 1000;
  outcome.err += "seen during " + human_ms(summary->seen_ms);
  if (summary->seen_ms < kDayMs) outcome.err += "; a whole day tells more";
  outcome.err += '\n';
  if (summary->mode == "observe") {
    outcome.err += "limits.session and limits.global are observed, not enforced\n";
  }
  outcome.err += too_little(*rows, *summary);
  for (const control::LimitSuggestionRow& row : *rows) {
    if (!row.remark.empty()) {
      outcome.err += printable(row.key) + ": " + printable(row.remark) + '\n';
    }
  }
}

constexpr Printer kLimitPrinters[] = {
    {CommandId::kLimitSuggest, print_rows<control::LimitSuggestionRow>, remark_suggestions},
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
  grammar.add(*limit, "suggest", CommandId::kLimitSuggest, [] { return control::NoArgs{}; });
}

}  // namespace jetstream::jsctl
