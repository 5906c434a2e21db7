// SPDX-License-Identifier: MIT
#include "jsctl/session_close.h"

namespace jetstream::jsctl {
namespace {

using control::CommandId;
using control::SessionCloseArgs;

std::vector<std::string> close_reasons() {
  std::vector<std::string> words;
  for (std::uint8_t i = 0; i <= kCloseReasonMax; ++i) {
    words.emplace_back(jetstream::to_string(static_cast<CloseReason>(i)));
  }
  return words;
}

struct CloseOptions {
  std::vector<std::string> ids;
  std::string match;
  std::string apply;
  std::string reason = "going_away";
  std::string ban;
  bool yes = false;
  bool notify = false;
  SessionCloseArgs args;
};

std::string close_doc(std::string_view name) { return arg_doc(CommandId::kSessionClose, name); }

/// What CLI11 has no rule for: which of the options need one another.
void check_combination(const CloseOptions& options) {
  const auto wrong = [](const char* what) { throw CLI::ValidationError(what); };
  const SessionCloseArgs& args = options.args;
  const bool match = !options.match.empty();
  const int ways =
      (options.ids.empty() ? 0 : 1) + (match ? 1 : 0) + (options.apply.empty() ? 0 : 1);
  if (ways != 1) wrong("say which sessions: ID..., --match FILTER or --apply TOKEN");
  const bool bounded = args.max || args.dry_run || args.plan || options.yes;
  if (match && !bounded) wrong("--match needs --dry-run, --plan, --max N or --yes");
  if (!match && bounded) wrong("--dry-run, --plan, --max and --yes belong to --match");
  if (!options.ban.empty() && (args.dry_run || args.plan)) {
    wrong("--ban goes where sessions are closed, not with --dry-run or --plan");
  }
}

SessionCloseArgs args_of(const CloseOptions& options, Invocation& invocation) {
  check_combination(options);
  SessionCloseArgs args = options.args;
  args.ids = session_ids(options.ids);
  args.reason = *control::parse_close_reason(options.reason);
  if (!options.match.empty()) args.match = invocation.expression = options.match;
  if (!options.apply.empty()) args.apply = options.apply;
  if (options.yes && !args.max) args.max = control::kCloseMatchesDefault;
  args.ban_ms = parse_ban_time(options.ban);
  return args;
}

void add_match(CLI::App* close, CloseOptions& options) {
  close->add_option("--match", options.match, close_doc("match"))->type_name("FILTER");
  CLI::Option* max = close->add_option("--max", options.args.max, close_doc("max"));
  max->check(count_check())->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000}));
  CLI::Option* yes = close->add_flag("--yes", options.yes, "The same as --max 100");
  CLI::Option* plan = close->add_flag("--plan", options.args.plan, close_doc("plan"));
  plan->excludes(yes);
  close->add_flag("--dry-run", options.args.dry_run, close_doc("dry_run"))
      ->excludes(plan)
      ->excludes(yes)
      ->excludes(max);
  close->add_option("--apply", options.apply, close_doc("apply"))->type_name("TOKEN");
}

bool closes_named(const Printing& p) {
  return !std::get<SessionCloseArgs>(p.invocation.request.args).ids.empty();
}

std::string sessions(std::uint64_t count) {
  return std::to_string(count) + (count == 1 ? " session" : " sessions");
}

std::string plan_words(const control::CloseSummary& summary) {
  return sessions(summary.requested) + " would be closed, until " +
         control::to_rfc3339(summary.expires_at.value_or(control::UnixTime())) +
         " by:\n  jsctl session close --apply " + printable(*summary.token) + '\n';
}

}  // namespace

void add_close_command(Grammar& grammar, CLI::App& session) {
  const auto options = std::make_shared<CloseOptions>();
  Invocation& invocation = grammar.invocation;
  CLI::App* close = grammar.add(session, "close", CommandId::kSessionClose,
                                [options, &invocation] { return args_of(*options, invocation); });
  close->alias("kill");
  add_ids(close, CommandId::kSessionClose, options->ids);
  add_match(close, *options);
  close->add_option("--reason", options->reason, close_doc("reason"))
      ->check(CLI::IsMember(close_reasons()));
  CLI::Option* silent = close->add_flag("--silent", options->args.silent, close_doc("silent"));
  close->add_flag("--notify", options->notify, "Tells the peer, as without --silent")
      ->excludes(silent);
  close->add_option("--message", options->args.message, close_doc("message"))->excludes(silent);
  add_time(close, "--retry-after", options->args.retry_after_ms, CommandId::kSessionClose,
           "retry_after_ms")
      ->excludes(silent);
  add_ban_time(close, "--ban", options->ban, close_doc("ban_ms"));
}

Outcome print_close(const Printing& p) { return print_rows<control::CloseRow>(p); }

void remark_close(const Printing& p, Outcome& outcome) {
  const auto summary = read_summary<control::CloseSummary>(p, outcome);
  if (!summary) return;
  if (summary->token) {
    // One document has it; rows have no place for it.
    if (!p.invocation.json) outcome.err += plan_words(*summary);
    return;
  }
  const auto& args = std::get<SessionCloseArgs>(p.invocation.request.args);
  if (summary->banned > 0) {
    outcome.err += "banned " + std::to_string(summary->banned) + " of their addresses\n";
  }
  if (summary->not_banned > 0) {
    outcome.code = kPartlyDone;
    outcome.err += "jsctl: " + std::to_string(summary->not_banned) +
                   " of their addresses were not banned: limits.exempt names them, or there are "
                   "too many bans\n";
  }
  if (args.dry_run) {
    outcome.err += sessions(summary->requested) + " would be closed\n";
  } else if (!closes_named(p)) {
    outcome.err += "closed " + sessions(summary->closed);
    if (const std::uint64_t gone = summary->requested - summary->closed; gone > 0) {
      outcome.err += "; " + std::to_string(gone) + " had ended by themselves";
    }
    outcome.err += '\n';
  } else if (summary->closed != summary->requested) {
    outcome.code = kPartlyDone;
    outcome.err += "jsctl: closed " + std::to_string(summary->closed) + " of " +
                   std::to_string(summary->requested) + " sessions\n";
  }
}

}  // namespace jetstream::jsctl
