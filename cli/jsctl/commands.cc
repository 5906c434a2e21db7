// SPDX-License-Identifier: MIT
#include "jsctl/commands.h"

#include <poll.h>

#include "jsctl/columns.h"
#include "jsctl/printing.h"

namespace jetstream::jsctl {
namespace {

using control::CommandId;

/// How often the daemon is asked whether it is done.
constexpr int kWaitStepMs = 100;

/// --all: one answer out of all pages. They go upwards, by ids or addresses, or back in time, so
/// this ends.
template <class Args, class Summary>
Result<WholeAnswer, Problem> ask_all_pages(Exchange& exchange, control::Request request) {
  WholeAnswer whole;
  while (true) {
    auto page = exchange.ask(request);
    if (!page || page->failure) return page;
    auto summary = exchange.read<Summary>(page->data);
    if (!summary) return unexpected(summary.error());
    for (std::string& item : page->items) whole.items.push_back(std::move(item));
    if (!summary->cursor || page->items.empty()) {
      summary->count = whole.items.size();
      summary->cursor.reset();
      whole.schema = page->schema;
      whole.data = control::write_report(*summary);
      return whole;
    }
    std::get<Args>(request.args).cursor = summary->cursor;
  }
}

Result<WholeAnswer, Problem> ask_all_pages(Exchange& exchange, const control::Request& request) {
  if (request.command == CommandId::kBanList) {
    return ask_all_pages<control::BanListArgs, control::BanListSummary>(exchange, request);
  }
  if (request.command == CommandId::kSessionClosed) {
    return ask_all_pages<control::SessionClosedArgs, control::ClosedSummary>(exchange, request);
  }
  return ask_all_pages<control::SessionListArgs, control::ListSummary>(exchange, request);
}

/// Whether the daemon goes when it is over.
bool ends_the_daemon(const control::Request& request) {
  if (request.command == CommandId::kStop) return true;
  const auto* drain = std::get_if<control::DrainStartArgs>(&request.args);
  return drain != nullptr && drain->then == to_string(control::DrainEnd::kExit);
}

/// Asks how far the drain is until it is over. A stop is over when nobody answers any more.
Outcome wait_for_end(const Invocation& invocation, Outcome begun) {
  Invocation ask = invocation;
  ask.request = {{}, CommandId::kDrainStatus, control::NoArgs{}};
  const bool stop = ends_the_daemon(invocation.request);
  while (true) {
    auto exchange = Exchange::open(ask);
    if (!exchange) return stop ? begun : to_outcome(exchange.error());
    const auto answer = exchange->ask(ask.request);
    if (!answer) return stop ? begun : to_outcome(answer.error());
    if (answer->failure) return to_outcome(problem_of(*answer->failure));
    const auto report = exchange->read<control::DrainReport>(answer->data);
    if (!report) return to_outcome(report.error());
    // A stop can't be taken back: this is another daemon, which a supervisor has started.
    if (report->state == "running" && invocation.request.command == CommandId::kStop) return begun;
    if (report->state == "running" || (!stop && report->state != "draining")) {
      begun.out = invocation.json ? control::write_document(answer->schema, nullptr, answer->data)
                                  : render(*report);
      // Cancelled by somebody else: what was waited for has not happened.
      if (report->state == "running") begun.code = kConflict;
      return begun;
    }
    ::poll(nullptr, 0, kWaitStepMs);
  }
}

/// Whatever the rows are. A command without rows has one, its result.
Outcome print_fields(const Printing& p, bool has_items) {
  const Invocation& invocation = p.invocation;
  if (invocation.json) {
    return {kDone,
            control::write_document(p.answer.schema, has_items ? &p.answer.items : nullptr,
                                    p.answer.data),
            ""};
  }
  const std::vector<std::string> result{p.answer.data};
  const std::vector<std::string>& items = has_items ? p.answer.items : result;
  if (invocation.form == Form::kNdjson) {
    std::string lines;
    for (const std::string& item : items) lines += item + '\n';
    return {kDone, std::move(lines), ""};
  }
  const ColumnChoice choice{invocation.columns, invocation.raw};
  Layout layout = p.layout;
  if (invocation.form == Form::kWide) layout.width = 0;
  const auto text = invocation.form == Form::kCsv ? csv_of(items, choice, invocation.header)
                                                  : columns_of(items, choice, layout);
  return text ? Outcome{kDone, *text, ""} : to_outcome(text.error());
}

Outcome ask_and_print(const Invocation& invocation, std::size_t width) {
  auto exchange = Exchange::open(invocation);
  if (!exchange) return to_outcome(exchange.error());
  const auto answer = invocation.all ? ask_all_pages(*exchange, invocation.request)
                                     : exchange->ask(invocation.request);
  if (!answer) return to_outcome(answer.error());
  if (answer->failure) return to_outcome(problem_of(*answer->failure, invocation.expression));

  const Printing printing{invocation, {width, invocation.header}, *exchange, *answer};
  const Printer& printer = printer_of(invocation.request.command);
  Outcome outcome;
  const bool has_items = control::spec_of(invocation.request.command).items;
  const bool own = !has_items || (invocation.columns.empty() && !invocation.raw);
  if (!invocation.json && invocation.form == Form::kTable && own) {
    outcome = printer.print(printing);
  } else {
    outcome = print_fields(printing, has_items);
  }
  if (outcome.code == kDone && printer.remark != nullptr) printer.remark(printing, outcome);
  return outcome;
}

/// Whether that is why a stop was refused; a request_id that was used before is another reason. A
/// daemon that does not answer any more has stopped.
bool is_stopping(const Invocation& invocation) {
  auto exchange = Exchange::open(invocation);
  if (!exchange) return exchange.error().code != kTimedOut;
  const auto answer = exchange->ask({{}, CommandId::kDrainStatus, control::NoArgs{}});
  if (!answer) return answer.error().code != kTimedOut;
  if (answer->failure) return false;
  const auto report = exchange->read<control::DrainReport>(answer->data);
  return report && report->state == "stopping";
}

/// A stop that somebody else has begun can be waited for as well.
Outcome already_stopping(const Invocation& invocation) {
  if (!invocation.json) return {kDone, "jetstreamd was stopping already\n", ""};
  const control::StopReport report{"stopping"};
  return {kDone,
          control::write_document(control::schema_of(CommandId::kStop), nullptr,
                                  control::write_report(report)),
          ""};
}

Outcome do_it(const Invocation& invocation, std::size_t width) {
  if (invocation.run) return invocation.run(invocation, width);
  Outcome outcome = ask_and_print(invocation, width);
  const CommandId command = invocation.request.command;
  const bool refused = command == CommandId::kStop && outcome.code == kConflict;
  if (invocation.wait && refused && is_stopping(invocation)) outcome = already_stopping(invocation);
  if (invocation.wait && outcome.code == kDone) return wait_for_end(invocation, outcome);
  // Whoever asks for versions learns one of them even when no daemon runs.
  const bool versions = command == CommandId::kHello;
  if (versions && !invocation.json && outcome.code != kDone) outcome.out = "jsctl " JS_VERSION "\n";
  return outcome;
}

}  // namespace

Outcome run(const Invocation& invocation, std::size_t width) {
  Outcome outcome = do_it(invocation, width);
  if (invocation.json && outcome.out.empty()) outcome.out = outcome.error;
  return outcome;
}

}  // namespace jetstream::jsctl
