// SPDX-License-Identifier: MIT
#include "jsctl/config_against.h"

#include <map>

#include "daemon/config/config.h"
#include "daemon/config/config_format.h"
#include "daemon/config/config_problems.h"
#include "jsctl/exchange.h"
#include "jsctl/facts.h"
#include "jsctl/render.h"

namespace jetstream::jsctl {
namespace {

using control::CommandId;
using control::ConfigValueRow;
using daemon::Config;

/// What the daemon says of itself.
struct Running {
  control::ConfigShowReport report;
  std::vector<ConfigValueRow> values;
};

Result<Running, Problem> ask_running(const Invocation& invocation) {
  auto exchange = Exchange::open(invocation);
  if (!exchange) return unexpected(exchange.error());
  const auto answer = exchange->ask({{}, CommandId::kConfigShow, control::ConfigShowArgs{}});
  if (!answer) return unexpected(answer.error());
  if (answer->failure) return unexpected(problem_of(*answer->failure));
  const auto report = exchange->read<control::ConfigShowReport>(answer->data);
  if (!report) return unexpected(report.error());
  const auto values = exchange->read_all<ConfigValueRow>(answer->items);
  if (!values) return unexpected(values.error());
  return Running{*report, *values};
}

/// Relative paths in the file are meant from where the daemon's own stands.
Config as_if_there(const Config& config, const std::string& there) {
  if (!std::filesystem::path(there).is_absolute()) return config;
  auto moved = daemon::load_config_text(there, config.source);
  if (!moved) return config;
  // The list of clients is part of the digest; who may not read it compares without.
  if (!daemon::read_authorized_clients(there, *moved)) moved->authorized_clients.clear();
  return *std::move(moved);
}

/// Also what the file said before a reload that was taken back: its next one decides.
bool is_of_the_file(const ConfigValueRow& row, const std::string& file) {
  return row.origin == "default" || row.origin.starts_with(file + ":") ||
         row.origin.starts_with(file + " ") || row.configured;
}

control::ConfigReloadReport compared(const Running& running, const Config& config) {
  control::ConfigReloadReport report;
  report.digest = {running.report.digest, config.digest};
  report.dry_run = true;
  std::map<std::string, ConfigValueRow> rows;
  for (const ConfigValueRow& row : running.values) rows.emplace(row.key, row);
  const auto add = [&report](control::ConfigChangeRow change) {
    const bool restart = change.reload == to_string(daemon::Reload::kRestart);
    (restart ? report.restart_required : report.applied).push_back(std::move(change));
  };
  const auto value_of = [](const ConfigValueRow& row) {
    return row.configured.value_or(row.value);
  };
  for (const daemon::Setting& setting : daemon::settings_of(config)) {
    const auto found = rows.find(setting.key);
    std::optional<std::string> before;
    const bool fixed = found != rows.end() && !is_of_the_file(found->second, running.report.file);
    if (found != rows.end()) {
      before = value_of(found->second);
      rows.erase(found);
    }
    if (fixed || before.value_or("") == setting.text) {
      ++report.unchanged;
      continue;
    }
    std::optional<std::string> after;
    if (!setting.text.empty()) after = setting.text;
    add({setting.key, before, after, std::string(to_string(setting.spec->reload))});
  }
  // What there is no more, in the order in which it was told.
  for (const ConfigValueRow& row : running.values) {
    if (!rows.contains(row.key) || !is_of_the_file(row, running.report.file)) continue;
    add({row.key, value_of(row), std::nullopt, row.reload});
  }
  return report;
}

/// The same document as when the daemon's own file is bad.
Outcome bad_file(const daemon::ConfigErrors& errors, const Invocation& invocation) {
  Outcome outcome{kBadConfig, "", printable_lines(errors.text())};
  if (!invocation.json) return outcome;
  std::vector<std::string> items;
  for (const control::ConfigProblemRow& row : daemon::problem_rows(errors)) {
    items.push_back(control::write_report(row));
  }
  outcome.out = control::write_document(control::schema_of(CommandId::kConfigDiff), &items, "null");
  return outcome;
}

}  // namespace

Outcome diff_with(const std::string& file, const Invocation& invocation) {
  const auto config = daemon::load_config(file);
  if (!config) return bad_file(config.error(), invocation);
  const auto running = ask_running(invocation);
  if (!running) return to_outcome(running.error());
  const control::ConfigReloadReport report =
      compared(*running, as_if_there(*config, running->report.file));
  Outcome outcome;
  outcome.out = invocation.json
                    ? control::write_document(control::schema_of(CommandId::kConfigDiff), nullptr,
                                              control::write_report(report))
                    : render(report);
  outcome.err = printable_lines(daemon::warnings_of(file, *config).shown());
  return outcome;
}

}  // namespace jetstream::jsctl
