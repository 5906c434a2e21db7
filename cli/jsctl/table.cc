// SPDX-License-Identifier: MIT
#include "jsctl/table.h"

#include <algorithm>

#include "base/assert.h"
#include "jsctl/humanize.h"

namespace jetstream::jsctl {
namespace {

constexpr std::size_t kGap = 2;

}  // namespace

std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

void Table::add(std::vector<std::string> cells) {
  JS_ASSERT(cells.size() == columns_.size());
  for (std::string& cell : cells) cell = printable(cell);
  rows_.push_back(std::move(cells));
}

std::string Table::to_text(const Layout& layout) const {
  std::vector<std::size_t> widths;
  for (const Column& column : columns_) widths.push_back(layout.header ? column.title.size() : 0);
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  }
  std::size_t shown = 0;
  for (std::size_t used = 0; shown < widths.size(); ++shown) {
    used += widths[shown] + (shown == 0 ? 0 : kGap);
    if (layout.width != 0 && used > layout.width && shown > 0) break;
  }

  std::string text;
  const auto add_line = [&](const auto& cell_at) {
    std::string line;
    for (std::size_t i = 0; i < shown; ++i) {
      const std::string& cell = cell_at(i);
      const std::string padding(widths[i] - width_of(cell), ' ');
      if (i > 0) line.append(kGap, ' ');
      line += columns_[i].right ? padding + cell : cell + padding;
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
  };
  if (layout.header) {
    add_line([&](std::size_t i) -> const std::string& { return columns_[i].title; });
  }
  for (const auto& row : rows_) {
    add_line([&](std::size_t i) -> const std::string& { return row[i]; });
  }
  return text;
}

}  // namespace jetstream::jsctl
