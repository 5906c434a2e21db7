// SPDX-License-Identifier: MIT
#include "jsctl/facts.h"
#include "jsctl/render.h"

namespace jetstream::jsctl {

std::string render(const control::LogOverrideRow& row) {
  return printable(row.module.value_or("all")) + " " + printable(row.level) +
         (row.until ? " until " + control::to_rfc3339(*row.until) : " until the next start") +
         ", by uid " + number(row.uid);
}

std::string render(const control::LogLevelReport& report) {
  std::string text = printable(report.level);
  if (report.level != report.previous) text += ", before " + printable(report.previous);
  if (report.level != report.configured) text += ", configured " + printable(report.configured);
  text += '\n';
  for (const control::LogOverrideRow& row : report.overrides) {
    text += "  " + render(row) + '\n';
  }
  return text;
}

}  // namespace jetstream::jsctl
