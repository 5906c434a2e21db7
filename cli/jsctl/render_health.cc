// SPDX-License-Identifier: MIT
#include <array>
#include <cstdio>

#include "jsctl/facts.h"
#include "jsctl/render.h"

namespace jetstream::jsctl {
namespace {

/// Whole numbers as they are: most are counters, and exact.
std::string value_text(double value) {
  std::array<char, 32> text{};
  const bool whole = value == static_cast<double>(static_cast<std::int64_t>(value));
  std::snprintf(text.data(), text.size(), whole ? "%.0f" : "%.6f", value);
  return text.data();
}

}  // namespace

std::string render(const control::HealthReport& report, const std::vector<control::HealthRow>& rows,
                   bool about_live) {
  std::string text = about_live ? "live" : "ready";
  if (!report.ok) {
    text = "not " + text;
    for (const control::HealthRow& row : rows) {
      if (about_live ? row.not_alive : row.not_ready) {
        text += ": " + printable(row.code) + ", " + printable(row.detail);
        break;
      }
    }
  }
  text += '\n';
  for (const control::HealthRow& row : rows) {
    text += printable(row.severity) + ' ' + printable(row.code) + ": " + printable(row.detail) +
            "\n  " + printable(row.advice) + '\n';
  }
  return text;
}

std::string render(const control::WaitReport& report) {
  return printable(report.state) + ", " + number(report.sessions) +
         (report.sessions == 1 ? " session" : " sessions") + ", after " +
         human_ms(report.waited_ms) + '\n';
}

std::string render(const control::MetricsReport& report) { return report.text; }

std::string render(const std::vector<control::StatRow>& rows, const Layout& layout) {
  Table table({{"SERIES"}, {"VALUE"}});
  for (const control::StatRow& row : rows) table.add({row.series, value_text(row.value)});
  return table.to_text(layout);
}

}  // namespace jetstream::jsctl
