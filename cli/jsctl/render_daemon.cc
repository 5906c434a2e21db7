// SPDX-License-Identifier: MIT
#include "jsctl/facts.h"
#include "jsctl/render.h"

namespace jetstream::jsctl {

std::string render(const control::StatusReport& report) {
  Facts facts("jetstreamd " + report.version + ", " + report.state + ", up " +
              human_ms(report.uptime_ms) + " (pid " + number(report.pid) + ")");
  for (const std::string& problem : report.problems) facts.add("problem", problem);
  facts.add("listening", join(report.listeners));
  facts.add("identity", report.identity.value_or("-"));
  facts.add("config",
            report.config_path.value_or("-") +
                (report.config_digest ? " (" + report.config_digest->substr(0, 19) + ")" : ""));
  if (report.last_reload) {
    const auto& last = *report.last_reload;
    facts.add("reloaded", control::to_rfc3339(last.at) + " (" + last.cause + ")" +
                              (last.done ? "" : ", rejected: " + last.error.value_or("-")));
  }
  if (report.confirm_left_ms) {
    facts.add("unconfirmed",
              *report.confirm_left_ms == 0
                  ? "the time is over, the reload is being taken back"
                  : human_ms(*report.confirm_left_ms) + " left for jsctl config confirm");
  }
  if (!report.restart_required.empty()) {
    facts.add("restart for", join(report.restart_required));
  }
  for (const control::LogOverrideRow& row : report.log_overrides) {
    facts.add("log level", render(row) + "; configured " + report.log_level);
  }
  facts.add("started", control::to_rfc3339(report.started_at));
  facts.add("workers", number(report.workers));
  facts.add("sessions", number(report.sessions) + " of " + number(report.sessions_max) + ", " +
                            number(report.sessions_opened) + " opened, " +
                            number(report.sessions_expired) + " expired");
  facts.add("closed", counts(report.sessions_closed));
  facts.add("handshakes", number(report.handshakes_started) + " started, " +
                              number(report.handshakes_completed) + " completed, " +
                              number(report.handshakes_failed) + " failed");
  facts.add("received", traffic(report.rx_bytes, report.rx_datagrams, "datagrams"));
  facts.add("sent", traffic(report.tx_bytes, report.tx_datagrams, "datagrams"));
  facts.add("lost", number(report.packets_lost) + " packets");
  facts.add("resets",
            number(report.resets_sent) + " sent, " + number(report.resets_received) + " received");
  facts.add("memory", human_bytes(report.memory_held_bytes) + " of " +
                          human_bytes(report.memory_budget_bytes) + " held, " +
                          human_bytes(report.memory_held_max_bytes) + " at most");
  facts.add("admission", counts(report.admission));
  facts.add("resumption", counts(report.resumption));
  facts.add("dropped", counts(report.drops));
  std::uint64_t bans = 0;
  for (const auto& [origin, count] : report.bans) bans += count;
  if (bans > 0) facts.add("bans", number(bans) + " in force: " + counts(report.bans));
  facts.add("limited", counts(report.rate_limit_waits));
  const std::string dropped = counts(report.rate_limit_drops);
  if (dropped != "none") facts.add("limit drops", dropped);
  const std::string observed = counts(report.rate_limit_observed);
  if (observed != "none") facts.add("observed", observed);
  return facts.text();
}

std::string render(const std::vector<control::CommandRow>& rows, const Layout& layout) {
  Table table({{"COMMAND"}, {"ROLE"}, {"ARGUMENTS"}, {"MEANING"}});
  for (const control::CommandRow& row : rows) {
    std::string args;
    for (const control::ArgRow& arg : row.args) {
      args += (args.empty() ? "" : " ") + (arg.required ? arg.name : '[' + arg.name + ']');
    }
    table.add({row.name, row.role, args.empty() ? "-" : args, row.doc});
  }
  return table.to_text(layout);
}

}  // namespace jetstream::jsctl
