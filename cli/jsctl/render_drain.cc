// SPDX-License-Identifier: MIT
#include "jsctl/facts.h"
#include "jsctl/render.h"

namespace jetstream::jsctl {

std::string render(const control::DrainReport& report) {
  if (report.state == "running") return "not draining\n";
  std::string text = printable(report.state) + ": " + number(report.sessions_left) + " of " +
                     number(report.sessions_at_start) + " sessions left after " +
                     human_ms(report.elapsed_ms);
  if (report.eta_ms) text += ", " + human_ms(*report.eta_ms) + " to go";
  text += ", closed after " + human_ms(report.deadline_ms) + " at the latest";
  if (report.then == "exit") text += ", then it exits";
  if (report.hold_left_ms) text += "; sessions again in " + human_ms(*report.hold_left_ms);
  return text + '\n';
}

}  // namespace jetstream::jsctl
