// SPDX-License-Identifier: MIT
#include "jsctl/commands.h"

#include <poll.h>

#include "jsctl/printing.h"

namespace jetstream::jsctl {
namespace {

using control::CommandId;

/// How often the daemon is asked whether it is done.
constexpr int kWaitStepMs = 100;

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
  const Printer& printer = printer_of(invocation.request.command);
  Outcome outcome;
  if (invocation.json) {
    const bool items = control::spec_of(invocation.request.command).items;
    outcome.out =
        control::write_document(answer->schema, items ? &answer->items : nullptr, answer->data);
  } else {
    outcome = printer.print(printing);
  }
  if (outcome.code == kDone && printer.remark != nullptr) printer.remark(printing, outcome);
  return outcome;
}

}  // namespace

Outcome run(const Invocation& invocation, std::size_t width) {
  if (invocation.run) return invocation.run(invocation, width);
  Outcome outcome = ask_and_print(invocation, width);
  if (invocation.wait && outcome.code == kDone) return wait_for_end(invocation, outcome);
  // Whoever asks for versions learns one of them even when no daemon runs.
  const bool versions = invocation.request.command == CommandId::kHello;
  if (versions && !invocation.json && outcome.code != kDone) outcome.out = "jsctl " JS_VERSION "\n";
  return outcome;
}

}  // namespace jetstream::jsctl
