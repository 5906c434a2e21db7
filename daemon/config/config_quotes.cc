// SPDX-License-Identifier: MIT
#include "daemon/config/config_quotes.h"

#include <algorithm>

namespace jetstream::daemon {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_quote(char c) { return c == '"' || c == '\''; }
bool ends_line(char c) { return c == '\n' || c == '\r'; }

/// Column of the first quote of a line that stays open, from 0.
std::optional<std::size_t> open_quote_in(std::string_view line) {
  bool may_begin = true;  // a value or a key, which is where a quote is one
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const bool after_blank = i == 0 || is_blank(line[i - 1]);
    if (c == '#' && after_blank) return std::nullopt;
    if (may_begin && is_quote(c)) {
      const auto length = quoted_length(line.substr(i));
      if (!length) return i;
      i += *length - 1;
      may_begin = false;
      continue;
    }
    const bool indicator = std::string_view("[]{},").find(c) != std::string_view::npos;
    const bool before_blank = i + 1 == line.size() || is_blank(line[i + 1]);
    const bool separator = (c == ':' || c == '?' || c == '-') && before_blank;
    if (indicator || separator) {
      may_begin = true;
    } else if (!is_blank(c)) {
      may_begin = false;
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::size_t> quoted_length(std::string_view text) {
  const char quote = text.front();
  for (std::size_t i = 1; i < text.size() && !ends_line(text[i]); ++i) {
    if (quote == '"' && text[i] == '\\') {
      // What is escaped closes nothing, but a line that ends so has ended.
      if (i + 1 < text.size() && !ends_line(text[i + 1])) ++i;
      continue;
    }
    if (text[i] != quote) continue;
    const bool doubled = quote == '\'' && i + 1 < text.size() && text[i + 1] == quote;
    if (!doubled) return i + 1;
    ++i;
  }
  return std::nullopt;
}

std::optional<OpenQuote> find_open_quote(std::string_view source) {
  for (std::size_t line = 1; !source.empty(); ++line) {
    const std::size_t end = std::min(source.find('\n'), source.size());
    if (const auto column = open_quote_in(source.substr(0, end))) {
      return OpenQuote{{line, *column + 1, 1}, source[*column]};
    }
    source.remove_prefix(std::min(end + 1, source.size()));
  }
  return std::nullopt;
}

}  // namespace jetstream::daemon
