// SPDX-License-Identifier: MIT
#include "jsctl/facts.h"
#include "jsctl/render.h"

namespace jetstream::jsctl {

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

}  // namespace jetstream::jsctl
