// SPDX-License-Identifier: MIT
#include <array>
#include <cstdio>

#include "jsctl/facts.h"
#include "jsctl/render.h"

namespace jetstream::jsctl {
namespace {

/// "0%", "0.02%", "12%"; "<0.01%" is not nothing.
std::string percent(std::optional<double> part) {
  if (!part) return "-";
  const double percents = *part * 100;
  if (percents <= 0) return "0%";
  if (percents < 0.01) return "<0.01%";
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), percents < 10 ? "%.2f%%" : "%.0f%%", percents);
  return text.data();
}

}  // namespace

std::string render(const std::vector<control::LimitRow>& rows, const Layout& layout) {
  const auto value = [](const control::LimitRow& row, std::optional<std::uint64_t> amount) {
    if (!amount) return std::string("-");
    return row.limit.find("_bytes_") != std::string::npos ? human_bytes(*amount) : number(*amount);
  };
  Table table({{"SESSION", true},
               {"LIMIT"},
               {"PER SECOND", true},
               {"TOKENS", true},
               {"TIMES", true},
               {"DROPPED", true}});
  for (const control::LimitRow& row : rows) {
    table.add({row.session ? number(row.session->value()) : "all", row.limit,
               row.per_second ? value(row, row.per_second) : "off", value(row, row.tokens),
               number(row.times), number(row.dropped)});
  }
  return table.to_text(layout);
}

std::string render(const std::vector<control::LimitSuggestionRow>& rows, const Layout& layout) {
  Table table({{"LIMIT"},
               {"CURRENT", true},
               {"ABOVE", true},
               {"SUGGESTED", true},
               {"ABOVE", true},
               {"P50", true},
               {"P99", true},
               {"P99.9", true},
               {"MAX", true},
               {"SEEN", true},
               {"OF"}});
  for (const control::LimitSuggestionRow& row : rows) {
    const auto value = [&](std::optional<std::uint64_t> amount, std::string_view none) {
      if (!amount) return std::string(none);
      return row.key.ends_with("bytes_per_second") ? human_bytes(*amount) : number(*amount);
    };
    const auto observed = [&](std::uint64_t amount) {
      return row.seen == 0 ? std::string("-") : value(amount, "");
    };
    table.add({row.key, value(row.current, "off"), percent(row.above_current),
               value(row.suggested, "-"), percent(row.above_suggested), observed(row.p50),
               observed(row.p99), observed(row.p99_9), observed(row.max), number(row.seen),
               row.of});
  }
  return table.to_text(layout);
}

}  // namespace jetstream::jsctl
