// SPDX-License-Identifier: MIT
#include <poll.h>

#include <chrono>

#include "ipc/line_client.h"
#include "jsctl/grammar.h"
#include "jsctl/printing.h"

namespace jetstream::jsctl {
namespace {

using control::CommandId;
using std::chrono::milliseconds;

/// How soon it is tried again to reach a daemon that does not answer yet.
constexpr int kTryAgainMs = 100;
/// What the answer of a wait may take on its way beyond the time that was given.
constexpr milliseconds kGrace{1000};

Outcome print_document(const Invocation& invocation, const WholeAnswer& answer) {
  const bool items = control::spec_of(invocation.request.command).items;
  return {kDone,
          control::write_document(answer.schema, items ? &answer.items : nullptr, answer.data), ""};
}

/// For machines that ask whether to restart or to send clients: 0 or 1 and nothing else, and one
/// line why.
Outcome unwell(const Problem& problem) {
  std::string line = "jsctl: " + problem.what;
  if (!problem.why.empty()) line += ": " + problem.why;
  return {kFailed, "", line + '\n', problem.error};
}

Outcome print_health(const Printing& p) {
  const auto report = p.exchange.read<control::HealthReport>(p.answer.data);
  if (!report) return unwell(report.error());
  const auto rows = p.exchange.read_all<control::HealthRow>(p.answer.items);
  if (!rows) return unwell(rows.error());
  const auto& args = std::get<control::HealthArgs>(p.invocation.request.args);
  Outcome outcome = print_document(p.invocation, p.answer);
  if (!p.invocation.json) outcome.out = render(*report, *rows, args.live);
  if (!report->ok) outcome.code = kFailed;
  return outcome;
}

Outcome run_health(const Invocation& invocation, std::size_t width) {
  auto exchange = Exchange::open(invocation);
  if (!exchange) return unwell(exchange.error());
  const auto answer = exchange->ask(invocation.request);
  if (!answer) return unwell(answer.error());
  if (answer->failure) return unwell(problem_of(*answer->failure));
  return print_health({invocation, {width, invocation.header}, *exchange, *answer});
}

Outcome ask_to_wait(const Invocation& invocation, Exchange& exchange) {
  const auto answer = exchange.ask(invocation.request);
  if (!answer) return to_outcome(answer.error());
  if (answer->failure) return to_outcome(problem_of(*answer->failure));
  const auto report = exchange.read<control::WaitReport>(answer->data);
  if (!report) return to_outcome(report.error());
  return invocation.json ? print_document(invocation, *answer)
                         : Outcome{kDone, render(*report), ""};
}

/// The daemon says when it is so; only as long as there is none, this side has to try again. One
/// that is on its way to be ready may not be there yet; for anything else there has to be one.
Outcome run_wait(const Invocation& given, std::size_t) {
  Invocation invocation = given;
  auto& args = std::get<control::WaitArgs>(invocation.request.args);
  milliseconds left(args.timeout_ms);
  while (true) {
    auto exchange = Exchange::open(invocation, left + kGrace);
    if (exchange) {
      args.timeout_ms = static_cast<std::uint64_t>(std::max(left, milliseconds(1)).count());
      Outcome outcome = ask_to_wait(invocation, *exchange);
      // It may have been about to stop, and another one about to start.
      if (outcome.code != kNotRunning || args.until != "ready") return outcome;
    } else if (exchange.error().code != kNotRunning || args.until != "ready") {
      return to_outcome(exchange.error());
    }
    left -= milliseconds(kTryAgainMs);
    if (left <= milliseconds(0)) {
      return to_outcome({kTimedOut, "jetstreamd is not ready after the time given",
                         "nothing answers at " + invocation.socket, "systemctl status jetstreamd"});
    }
    ::poll(nullptr, 0, kTryAgainMs);
  }
}

/// Its --timeout stands for the one of all commands, and is longer if neither is given.
void add_wait(Grammar& grammar) {
  const auto args = std::make_shared<control::WaitArgs>();
  const auto timeout = std::make_shared<std::string>("1m");
  CLI::Option* any = grammar.app.get_option("--timeout");
  Invocation& invocation = grammar.invocation;
  CLI::App* wait =
      grammar.add(grammar.app, "wait", CommandId::kWait, [args, timeout, any, &invocation] {
        invocation.run = run_wait;
        const std::string text = any->count() > 0 ? any->as<std::string>() : *timeout;
        args->timeout_ms = static_cast<std::uint64_t>(parse_timeout(text)->count());
        return *args;
      });
  wait->add_option("UNTIL", args->until, arg_doc(CommandId::kWait, "until"))->required();
  wait->add_option("--timeout", *timeout, arg_doc(CommandId::kWait, "timeout_ms"))
      ->type_name("TIME")
      ->check(timeout_check())
      ->capture_default_str();
}

constexpr Printer kHealthPrinters[] = {
    {CommandId::kHealth, print_health},
    {CommandId::kWait, print_report<control::WaitReport>},
    {CommandId::kMetrics, print_report<control::MetricsReport>},
    {CommandId::kStats, print_rows<control::StatRow>},
};

}  // namespace

std::span<const Printer> health_printers() { return kHealthPrinters; }

void add_health_commands(Grammar& grammar) {
  const auto about = std::make_shared<control::HealthArgs>();
  Invocation& invocation = grammar.invocation;
  CLI::App* health = grammar.add(grammar.app, "health", CommandId::kHealth, [about, &invocation] {
    invocation.run = run_health;
    return *about;
  });
  CLI::Option* live = health->add_flag("--live", about->live, arg_doc(CommandId::kHealth, "live"));
  const std::string ready = "Ask whether new clients are welcome, which is the default";
  health->add_flag("--ready", ready)->excludes(live);
  add_wait(grammar);
  grammar.add(grammar.app, "metrics", CommandId::kMetrics);
  const auto prefix = std::make_shared<std::string>();
  grammar
      .add(
          grammar.app, "stats", CommandId::kStats,
          [prefix] { return prefix->empty() ? control::StatsArgs{} : control::StatsArgs{*prefix}; })
      ->add_option("--prefix", *prefix, arg_doc(CommandId::kStats, "prefix"));
}

}  // namespace jetstream::jsctl
