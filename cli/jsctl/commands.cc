// SPDX-License-Identifier: MIT
#include "jsctl/commands.h"

#include <poll.h>

#include "jsctl/exchange.h"
#include "jsctl/humanize.h"
#include "jsctl/render.h"

namespace jetstream::jsctl {
namespace {

using control::CommandId;

/// How often the daemon is asked whether it is done.
constexpr int kWaitStepMs = 100;

/// An answer on its way to the screen: what all commands need to print theirs.
struct Printing {
  const Invocation& invocation;
  Layout layout;
  const Exchange& exchange;
  const WholeAnswer& answer;
};

template <class Row>
Outcome print_rows(const Printing& p) {
  const auto rows = p.exchange.read_all<Row>(p.answer.items);
  if (!rows) return to_outcome(rows.error());
  return {kDone, render(*rows, p.layout), ""};
}

template <class Report>
Outcome print_report(const Printing& p) {
  const auto report = p.exchange.read<Report>(p.answer.data);
  if (!report) return to_outcome(report.error());
  return {kDone, render(*report), ""};
}

Outcome print_versions(const Printing& p) {
  const auto hello = p.exchange.read<control::HelloReport>(p.answer.data);
  if (!hello) return to_outcome(hello.error());
  Outcome outcome{kDone, "jsctl " JS_VERSION "\njetstreamd " + printable(hello->version) + '\n',
                  ""};
  if (hello->version != JS_VERSION) {
    outcome.err = to_text({kDone, "jsctl and jetstreamd have different versions",
                           "commands that only one of them knows are refused", ""});
  }
  return outcome;
}

Outcome print_text(const Printing& p) {
  switch (p.invocation.request.command) {
    case CommandId::kStatus:
      return print_report<control::StatusReport>(p);
    case CommandId::kSessionList:
      return print_rows<control::SessionRow>(p);
    case CommandId::kSessionShow:
      return print_rows<control::SessionDetail>(p);
    case CommandId::kSessionClose:
      return print_rows<control::CloseRow>(p);
    case CommandId::kSessionClosed:
      return print_rows<control::ClosedRow>(p);
    case CommandId::kDrainStart:
    case CommandId::kDrainCancel:
    case CommandId::kDrainStatus:
      return print_report<control::DrainReport>(p);
    case CommandId::kStop:
      return print_report<control::StopReport>(p);
    case CommandId::kLogLevel:
      return print_report<control::LogLevelReport>(p);
    case CommandId::kCommands:
      return print_rows<control::CommandRow>(p);
    case CommandId::kLimitShow:
      return print_rows<control::LimitRow>(p);
    case CommandId::kHello:
    case CommandId::kPing:
      break;
  }
  return print_versions(p);
}

void report_missing(const std::vector<SessionId>& ids, Outcome& outcome) {
  if (ids.empty()) return;
  outcome.code = kPartlyDone;
  for (SessionId id : ids) {
    outcome.err += "jsctl: there is no session " + std::to_string(id.value()) + '\n';
  }
}

/// What the answer leaves undone goes to standard error and into the exit code, whatever the
/// output's form.
void add_remarks(const Printing& p, Outcome& outcome) {
  if (outcome.code != kDone) return;
  switch (p.invocation.request.command) {
    case CommandId::kSessionList: {
      const auto summary = p.exchange.read<control::ListSummary>(p.answer.data);
      if (!summary) outcome = to_outcome(summary.error());
      if (!summary || !summary->cursor) return;
      outcome.err += std::to_string(summary->count) + " of " + std::to_string(summary->table_size) +
                     " shown; use --all or --cursor " + printable(*summary->cursor) + '\n';
      return;
    }
    case CommandId::kSessionShow: {
      const auto summary = p.exchange.read<control::ShowSummary>(p.answer.data);
      if (!summary) outcome = to_outcome(summary.error());
      if (summary) report_missing(summary->not_found, outcome);
      return;
    }
    case CommandId::kLimitShow: {
      const auto summary = p.exchange.read<control::LimitSummary>(p.answer.data);
      if (!summary) outcome = to_outcome(summary.error());
      if (!summary) return;
      if (summary->mode == "observe") outcome.err += "limits are observed, not enforced\n";
      report_missing(summary->not_found, outcome);
      return;
    }
    case CommandId::kSessionClose: {
      const auto summary = p.exchange.read<control::CloseSummary>(p.answer.data);
      if (!summary) outcome = to_outcome(summary.error());
      if (!summary || summary->closed == summary->requested) return;
      outcome.code = kPartlyDone;
      outcome.err += "jsctl: closed " + std::to_string(summary->closed) + " of " +
                     std::to_string(summary->requested) + " sessions\n";
      return;
    }
    case CommandId::kHello:
    case CommandId::kPing:
    case CommandId::kStatus:
    case CommandId::kSessionClosed:
    case CommandId::kDrainStart:
    case CommandId::kDrainCancel:
    case CommandId::kDrainStatus:
    case CommandId::kStop:
    case CommandId::kCommands:
    case CommandId::kLogLevel:
      return;
  }
}

/// session list --all: one answer out of all pages. The daemon's ids only count up, so this ends.
Result<WholeAnswer, Problem> ask_all_pages(Exchange& exchange, control::Request request) {
  WholeAnswer whole;
  while (true) {
    auto page = exchange.ask(request);
    if (!page || page->failure) return page;
    auto summary = exchange.read<control::ListSummary>(page->data);
    if (!summary) return unexpected(summary.error());
    for (std::string& item : page->items) whole.items.push_back(std::move(item));
    if (!summary->cursor || page->items.empty()) {
      summary->count = whole.items.size();
      summary->cursor.reset();
      whole.schema = page->schema;
      whole.data = control::write_report(*summary);
      return whole;
    }
    std::get<control::SessionListArgs>(request.args).cursor = summary->cursor;
  }
}

/// Asks how far the drain is until it is over. A stop is over when nobody answers any more.
Outcome wait_for_end(const Invocation& invocation, Outcome begun) {
  Invocation ask = invocation;
  ask.request = {{}, CommandId::kDrainStatus, control::NoArgs{}};
  const bool stop = invocation.request.command == CommandId::kStop;
  while (true) {
    auto exchange = Exchange::open(ask.socket, ask.timeout);
    if (!exchange) return stop ? begun : to_outcome(exchange.error());
    const auto answer = exchange->ask(ask.request);
    if (!answer) return stop ? begun : to_outcome(answer.error());
    if (answer->failure) return to_outcome(problem_of(*answer->failure));
    const auto report = exchange->read<control::DrainReport>(answer->data);
    if (!report) return to_outcome(report.error());
    if (!stop && report->state != "draining") {
      begun.out = invocation.json ? control::write_document(answer->schema, nullptr, answer->data)
                                  : render(*report);
      // Cancelled by somebody else: what was waited for has not happened.
      if (report->state == "running") begun.code = kConflict;
      return begun;
    }
    ::poll(nullptr, 0, kWaitStepMs);
  }
}

Outcome ask_and_print(const Invocation& invocation, std::size_t width) {
  auto exchange = Exchange::open(invocation.socket, invocation.timeout);
  if (!exchange) return to_outcome(exchange.error());
  const auto answer = invocation.all ? ask_all_pages(*exchange, invocation.request)
                                     : exchange->ask(invocation.request);
  if (!answer) return to_outcome(answer.error());
  if (answer->failure) return to_outcome(problem_of(*answer->failure));

  const Printing printing{invocation, {width, invocation.header}, *exchange, *answer};
  Outcome outcome;
  if (invocation.json) {
    const bool items = control::spec_of(invocation.request.command).items;
    outcome.out =
        control::write_document(answer->schema, items ? &answer->items : nullptr, answer->data);
  } else {
    outcome = print_text(printing);
  }
  add_remarks(printing, outcome);
  return outcome;
}

}  // namespace

Outcome run(const Invocation& invocation, std::size_t width) {
  Outcome outcome = ask_and_print(invocation, width);
  if (invocation.wait && outcome.code == kDone) return wait_for_end(invocation, outcome);
  // Whoever asks for versions learns one of them even when no daemon runs.
  const bool versions = invocation.request.command == CommandId::kHello;
  if (versions && !invocation.json && outcome.code != kDone) outcome.out = "jsctl " JS_VERSION "\n";
  return outcome;
}

}  // namespace jetstream::jsctl
