// SPDX-License-Identifier: MIT
//
// How the commands print their answers. Each family of commands has a table of printers, in
// FAMILY_commands.cc.
#pragma once

#include <span>

#include "jsctl/args.h"
#include "jsctl/exchange.h"
#include "jsctl/humanize.h"
#include "jsctl/render.h"

namespace jetstream::jsctl {

/// An answer on its way to the screen: what all commands need to print theirs.
struct Printing {
  const Invocation& invocation;
  Layout layout;
  const Exchange& exchange;
  const WholeAnswer& answer;
};

/// What people see of one command's answer.
struct Printer {
  control::CommandId command;
  Outcome (*print)(const Printing&);
  /// Whatever the output's form: what the answer leaves undone goes to standard error and into the
  /// exit code.
  void (*remark)(const Printing&, Outcome&) = nullptr;
};

std::span<const Printer> ban_printers();
std::span<const Printer> daemon_printers();
std::span<const Printer> session_printers();
std::span<const Printer> source_printers();
std::span<const Printer> drain_printers();
std::span<const Printer> limit_printers();
std::span<const Printer> log_printers();
std::span<const Printer> event_printers();
std::span<const Printer> config_printers();
std::span<const Printer> health_printers();
/// Of all families.
const Printer& printer_of(control::CommandId command);

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

/// Reads a summary for its remark; if that fails, the outcome is that.
template <class Summary>
std::optional<Summary> read_summary(const Printing& p, Outcome& outcome) {
  auto summary = p.exchange.read<Summary>(p.answer.data);
  if (summary) return *std::move(summary);
  outcome = to_outcome(summary.error());
  return std::nullopt;
}

/// One line for each, and the exit code for it.
void report_missing(const std::vector<SessionId>& ids, Outcome& outcome);

}  // namespace jetstream::jsctl
