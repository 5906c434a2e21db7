// SPDX-License-Identifier: MIT
#include "jsctl/facts.h"
#include "jsctl/render.h"

namespace jetstream::jsctl {
namespace {

std::string ends_in(const control::BanRow& ban) {
  return ban.left_ms ? human_ms(*ban.left_ms) : "never";
}

std::string made_by(const control::BanRow& ban) {
  return ban.uid ? "uid " + number(*ban.uid) : "jetstreamd";
}

}  // namespace

std::string render(const std::vector<control::BanRow>& rows, const Layout& layout) {
  Table table({{"BLOCK"}, {"ENDS IN"}, {"ORIGIN"}, {"BY"}, {"SINCE"}, {"REASON"}});
  for (const control::BanRow& row : rows) {
    table.add({row.block, ends_in(row), row.origin, made_by(row), control::to_rfc3339(row.since),
               row.reason});
  }
  return table.to_text(layout);
}

std::string render(const control::BanReport& report) {
  std::string text = report.outcome + " the ban of " + report.ban.block;
  if (report.outcome != "removed") {
    text +=
        report.ban.left_ms ? " for " + human_ms(*report.ban.left_ms) : " until it is taken back";
  }
  return printable(text) + '\n';
}

std::string render(const control::BanClearReport& report) {
  return "took " + number(report.removed) + (report.removed == 1 ? " ban back\n" : " bans back\n");
}

std::string render(const control::BanLoadedReport& report) {
  return "loaded " + number(report.bans) + (report.bans == 1 ? " ban" : " bans") +
         "; the list before had " + number(report.before) + '\n';
}

}  // namespace jetstream::jsctl
