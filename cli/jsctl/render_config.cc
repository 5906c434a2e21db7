// SPDX-License-Identifier: MIT
#include "jsctl/facts.h"
#include "jsctl/render.h"

namespace jetstream::jsctl {
namespace {

std::string value(const std::optional<std::string>& text) { return text.value_or("unset"); }

void add_change(std::string& out, const control::ConfigChangeRow& change, std::string_view tag) {
  out += printable(change.key) + ": " + printable(value(change.before)) + " -> " +
         printable(value(change.after)) + "  (" + std::string(tag) + ")\n";
}

std::string_view tag_of(const control::ConfigChangeRow& change) {
  return change.reload == "new_sessions" ? "for new sessions" : "at once";
}

}  // namespace

std::string render(const control::ConfigReloadReport& report) {
  std::string out;
  for (const auto& change : report.applied) add_change(out, change, tag_of(change));
  for (const auto& change : report.restart_required) add_change(out, change, "needs a restart");
  const std::size_t applied = report.applied.size();
  const std::size_t waiting = report.restart_required.size();
  if (applied + waiting == 0) {
    out += report.dry_run ? "nothing would change" : "nothing has changed";
  } else {
    out += number(applied) + (applied == 1 ? " value " : " values ");
    out += report.dry_run ? "would change" : "changed";
    if (waiting > 0) {
      out += ", " + number(waiting) + (waiting == 1 ? " needs" : " need") + " a restart and " +
             (waiting == 1 ? "is" : "are") + " as before";
    }
  }
  out += " (" + number(report.unchanged) + " unchanged, " + human_ms(report.duration_ms) + ")\n";
  return out;
}

std::string render(const std::vector<control::ConfigProblemRow>& problems) {
  std::string out;
  for (const control::ConfigProblemRow& problem : problems) {
    out += printable(problem.place) + ": " + printable(problem.severity) + ": " +
           printable(problem.message) + "\n";
    if (problem.excerpt) out += printable_lines(*problem.excerpt);
    if (problem.help) out += "   help: " + printable(*problem.help) + "\n";
  }
  return out;
}

}  // namespace jetstream::jsctl
