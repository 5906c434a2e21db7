// SPDX-License-Identifier: MIT
#include "jsctl/grammar.h"
#include "jsctl/printing.h"
#include "jsctl/session_close.h"
#include "jsctl/top_command.h"

namespace jetstream::jsctl {
namespace {

using control::CommandId;

struct ListOptions {
  control::SessionListArgs args;
  std::string cursor;
  std::vector<std::string> filter;
  std::string sort;
};

CLI::App* add_list(Grammar& grammar, CLI::App& parent, const std::string& name) {
  const auto options = std::make_shared<ListOptions>();
  Invocation& invocation = grammar.invocation;
  CLI::App* sub = grammar.add(parent, name, CommandId::kSessionList, [options, &invocation] {
    control::SessionListArgs args = options->args;
    if (invocation.all) args.limit = control::kListLimitMax;
    if (!options->cursor.empty()) args.cursor = options->cursor;
    args.filter = filter_text(options->filter, invocation);
    if (!options->sort.empty()) args.sort = options->sort;
    args.fields = invocation.columns;
    return args;
  });
  add_filter(sub, CommandId::kSessionList, options->filter);
  CLI::Option* all = sub->add_flag("--all", invocation.all, "Show all there are");
  sub->add_option("--fields", invocation.columns, arg_doc(CommandId::kSessionList, "fields"))
      ->delimiter(',')
      ->type_name("NAME,...");
  sub->add_option("--sort", options->sort, arg_doc(CommandId::kSessionList, "sort"))
      ->type_name("[-]FIELD")
      ->excludes(all);
  sub->add_option("--limit", options->args.limit, arg_doc(CommandId::kSessionList, "limit"))
      ->check(count_check())
      ->check(CLI::Range(std::uint64_t{1}, control::kListLimitMax))
      ->capture_default_str()
      ->excludes(all);
  sub->add_option("--cursor", options->cursor, arg_doc(CommandId::kSessionList, "cursor"))
      ->excludes(all)
      ->excludes("--sort");
  return sub;
}

void add_show(Grammar& grammar, CLI::App& session) {
  const auto ids = std::make_shared<std::vector<std::string>>();
  CLI::App* show = grammar.add(session, "show", CommandId::kSessionShow,
                               [ids] { return control::SessionShowArgs{session_ids(*ids)}; });
  add_ids(show, CommandId::kSessionShow, *ids)->required();
}

struct ClosedOptions {
  control::SessionClosedArgs args;
  std::vector<std::string> filter;
  std::string since;
  std::string cursor;
};

void add_closed(Grammar& grammar, CLI::App& session) {
  const auto options = std::make_shared<ClosedOptions>();
  Invocation& invocation = grammar.invocation;
  CLI::App* closed =
      grammar.add(session, "closed", CommandId::kSessionClosed, [options, &invocation] {
        control::SessionClosedArgs args = options->args;
        args.filter = filter_text(options->filter, invocation);
        if (!options->since.empty()) {
          args.since_ms = parse_time(options->since, control::kClosedSinceMaxMs);
        }
        if (invocation.all) args.limit = control::kListLimitMax;
        if (!options->cursor.empty()) args.cursor = options->cursor;
        return args;
      });
  add_filter(closed, CommandId::kSessionClosed, options->filter);
  closed->add_option("--since", options->since, arg_doc(CommandId::kSessionClosed, "since_ms"))
      ->type_name("TIME")
      ->check(CLI::Validator(
          [](const std::string& given) {
            return parse_time(given, control::kClosedSinceMaxMs)
                       ? ""
                       : "write 10m, 12h or 7d; at most a year";
          },
          ""));
  CLI::Option* all = closed->add_flag("--all", invocation.all, "Show all that are remembered");
  closed->add_option("--limit", options->args.limit, arg_doc(CommandId::kSessionClosed, "limit"))
      ->check(count_check())
      ->check(CLI::Range(std::uint64_t{1}, control::kListLimitMax))
      ->capture_default_str()
      ->excludes(all);
  closed->add_option("--cursor", options->cursor, arg_doc(CommandId::kSessionClosed, "cursor"))
      ->excludes(all);
}

void remark_list(const Printing& p, Outcome& outcome) {
  const auto summary = read_summary<control::ListSummary>(p, outcome);
  if (!summary) return;
  const std::string count = std::to_string(summary->count);
  const std::string shown = summary->matched
                                ? count + " of " + std::to_string(*summary->matched) + " shown; "
                                : count + " shown, there are more; ";
  if (summary->cursor) {
    outcome.err += shown + "use --all or --cursor " + printable(*summary->cursor) + '\n';
  } else if (std::get<control::SessionListArgs>(p.invocation.request.args).sort &&
             summary->matched.value_or(0) > summary->count) {
    outcome.err += shown + "--limit takes up to " + std::to_string(control::kListLimitMax) + '\n';
  }
}

void remark_show(const Printing& p, Outcome& outcome) {
  const auto summary = read_summary<control::ShowSummary>(p, outcome);
  if (summary) report_missing(summary->not_found, outcome);
}

void remark_closed(const Printing& p, Outcome& outcome) {
  const auto summary = read_summary<control::ClosedSummary>(p, outcome);
  if (!summary || !summary->cursor) return;
  const auto& args = std::get<control::SessionClosedArgs>(p.invocation.request.args);
  // How many there are is known only where all that are remembered were asked for.
  const bool known = !args.filter && !args.since_ms && !args.cursor;
  outcome.err += std::to_string(summary->count) +
                 (known ? " of " + std::to_string(summary->remembered) + " shown; "
                        : std::string(" shown, there are more; ")) +
                 "use --all or --cursor " + printable(*summary->cursor) + '\n';
}

constexpr Printer kSessionPrinters[] = {
    {CommandId::kSessionList, print_rows<control::SessionRow>, remark_list},
    {CommandId::kSessionShow, print_rows<control::SessionDetail>, remark_show},
    {CommandId::kSessionClose, print_close, remark_close},
    {CommandId::kSessionClosed, print_rows<control::ClosedRow>, remark_closed},
};

}  // namespace

std::span<const Printer> session_printers() { return kSessionPrinters; }

void add_session_commands(Grammar& grammar) {
  CLI::App* session = grammar.app.add_subcommand("session", "List, show and close sessions.");
  add_list(grammar, *session, "list")->alias("ls");
  add_list(grammar, grammar.app, "ls")->description("The same as session list.");
  add_show(grammar, *session);
  add_close_command(grammar, *session);
  add_closed(grammar, *session);
  add_session_watch(grammar, *session);
  add_top_command(grammar);
}

}  // namespace jetstream::jsctl
