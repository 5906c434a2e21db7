// SPDX-License-Identifier: MIT
#include "jsctl/facts.h"
#include "jsctl/render.h"

namespace jetstream::jsctl {
namespace {

std::string handshakes(const control::SourceRow& row) {
  if (!row.handshakes_per_second) return "off";
  return number(*row.handshakes_per_second) + "/s, burst " + number(row.handshake_burst);
}

std::string sessions(const control::SourceRow& row) {
  return number(row.sessions) + "/" + number(row.sessions_max);
}

std::string source_words(const control::SourceRow& row) {
  if (row.exempt) return row.source + ": exempt; sessions " + number(row.sessions);
  std::string text = row.source + ": handshakes " + handshakes(row);
  if (row.handshakes_per_second) text += ", " + number(row.handshake_tokens) + " may come now";
  if (row.since) {
    text +=
        ", " + number(row.handshakes_limited) + " refused since " + control::to_rfc3339(*row.since);
  }
  return text + "; sessions " + sessions(row);
}

std::string access_words(const control::ExplainReport& report) {
  const std::string where = report.access_origin ? " (" + *report.access_origin + ")" : "";
  if (report.access == "none") return "no rule";
  if (report.access == "not_allowed") return "access.allow does not have it" + where;
  return report.access + " by " + report.access_block.value_or("") + where;
}

std::string ban_words(const control::BanRow& ban) {
  return ban.block + (ban.left_ms ? " for " + human_ms(*ban.left_ms) + " more" : " without end") +
         ", " + ban.origin + (ban.uid ? ", uid " + number(*ban.uid) : "") +
         (ban.reason.empty() ? "" : ": " + ban.reason);
}

}  // namespace

std::string render(const std::vector<control::SourceRow>& rows, const Layout& layout) {
  Table table({{"SOURCE"},
               {"HANDSHAKES"},
               {"TOKENS", true},
               {"REFUSED", true},
               {"SESSIONS", true},
               {"SINCE"}});
  for (const control::SourceRow& row : rows) {
    table.add({row.source, row.exempt ? "exempt" : handshakes(row), number(row.handshake_tokens),
               number(row.handshakes_limited), sessions(row),
               row.since ? control::to_rfc3339(*row.since) : "-"});
  }
  return table.to_text(layout);
}

std::string render(const control::SourceResetReport& report) {
  return printable(report.known ? "forgot the handshakes of " + report.source
                                : "nothing was known of " + report.source) +
         '\n';
}

std::string render(const control::ExplainReport& report) {
  Facts facts(report.address + ": " + report.answer);
  facts.add("access", access_words(report));
  if (report.bans.empty()) facts.add("ban", "none");
  for (const control::BanRow& ban : report.bans) facts.add("ban", ban_words(ban));
  facts.add("source", source_words(report.source));
  if (report.exempt_origin) {
    facts.add("exempt", "by limits.exempt (" + *report.exempt_origin + ")");
  }
  facts.add("retry", report.retry);
  facts.add("sessions", number(report.sessions_here));
  for (const control::ExplainSession& session : report.sessions) {
    facts.add("", number(session.id.value()) + " from " + session.peer + ", idle " +
                      human_ms(session.idle_ms));
  }
  facts.add("closed", report.closed.empty() ? "none remembered" : "");
  for (const control::ExplainClosed& closed : report.closed) {
    facts.add("", number(closed.id.value()) + " from " + closed.peer + " at " +
                      control::to_rfc3339(closed.ended_at) + ": " + closed.reason + ", " +
                      closed.code);
  }
  return facts.text();
}

}  // namespace jetstream::jsctl
