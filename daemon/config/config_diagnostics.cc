// SPDX-License-Identifier: MIT
#include "daemon/config/config_diagnostics.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <tuple>

namespace jetstream::daemon {
namespace {

// Longer source lines are cut: nobody reads a line of a megabyte.
constexpr std::size_t kSourceLineShown = 160;

std::string_view line_of(std::string_view source, std::size_t number) {
  for (; number > 1; --number) {
    const std::size_t end = source.find('\n');
    if (end == std::string_view::npos) return {};
    source.remove_prefix(end + 1);
  }
  std::string_view line = source.substr(0, source.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::size_t characters(std::string_view text) {
  std::size_t count = 0;
  for (; !text.empty(); ++count) text.remove_prefix(std::max<std::size_t>(1, utf8_length(text)));
  return count;
}

void append_source(std::string& out, std::string_view line, const Position& at) {
  const std::string number = std::to_string(at.line);
  const std::string margin(std::max<std::size_t>(5, number.size() + 1), ' ');
  const std::size_t before = std::min(at.column - 1, line.size());
  // A far-away caret takes the beginning of its line out of the picture.
  const std::size_t skipped = before > kSourceLineShown / 2 ? before - kSourceLineShown / 4 : 0;
  std::size_t start = skipped;
  while (start > 0 && (static_cast<unsigned char>(line[start]) & 0xc0) == 0x80) --start;
  const std::string_view shown = line.substr(start, kSourceLineShown);
  const std::size_t marked =
      std::min(at.length, shown.size() - std::min(shown.size(), before - start));

  out += margin.substr(number.size()) + number + " | " + printable(shown) + "\n";
  out += margin + " | " + std::string(characters(shown.substr(0, before - start)), ' ');
  out += std::string(std::max<std::size_t>(1, characters(line.substr(before, marked))), '^') + "\n";
}

}  // namespace

std::string_view to_string(Fault fault) {
  constexpr std::array<std::string_view, 16> kWords = {
      "unreadable",  "not_text",      "syntax",     "unsupported",   "duplicate_key", "unknown_key",
      "missing_key", "missing_value", "wrong_kind", "invalid_value", "out_of_range",  "conflict",
      "no_effect",   "exposed",       "unwise",     "unchecked"};
  return kWords.at(static_cast<std::size_t>(fault));
}

void ConfigErrors::add(Position position, Subject subject, std::string what, std::string help,
                       bool hide_source) {
  list.push_back(
      {position, std::move(subject), std::move(what), std::move(help), hide_source, where});
}

void ConfigErrors::sort() {
  std::sort(list.begin(), list.end(), [](const Diagnostic& a, const Diagnostic& b) {
    const bool a_warns = a.is_warning();
    const bool b_warns = b.is_warning();
    // The file first.
    return std::tie(a_warns, a.where, a.position.line, a.position.column, a.what) <
           std::tie(b_warns, b.where, b.position.line, b.position.column, b.what);
  });
}

std::size_t ConfigErrors::error_count() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(list, [](const Diagnostic& one) { return !one.is_warning(); }));
}

std::string ConfigErrors::place_of(const Diagnostic& error) const {
  if (!error.where.empty()) return error.where;
  if (error.position.line == 0) return file;
  return file + ":" + std::to_string(error.position.line) + ":" +
         std::to_string(columns_of(error).first);
}

std::pair<std::size_t, std::size_t> ConfigErrors::columns_of(const Diagnostic& error) const {
  const std::string_view line = line_of(source, error.position.line);
  const std::size_t before = std::min(error.position.column - 1, line.size());
  const std::size_t begin = characters(line.substr(0, before)) + 1;
  const std::size_t length = characters(line.substr(before, error.position.length));
  return {begin, begin + std::max<std::size_t>(1, length)};
}

std::string ConfigErrors::excerpt_of(const Diagnostic& error) const {
  std::string out;
  if (!error.where.empty() || error.position.line == 0 || error.hide_source) return out;
  append_source(out, line_of(source, error.position.line), error.position);
  return out;
}

std::string ConfigErrors::shown() const {
  std::string out;
  for (std::size_t i = 0; i < std::min(list.size(), kDiagnosticsShown); ++i) {
    const Diagnostic& one = list[i];
    out += place_of(one) + (one.is_warning() ? ": warning: " : ": error: ") + one.what + "\n" +
           excerpt_of(one);
    if (!one.help.empty()) out += "   help: " + one.help + "\n";
  }
  return out;
}

std::string ConfigErrors::text() const {
  const std::size_t errors = error_count();
  const std::size_t warnings = list.size() - errors;
  std::string out = shown();
  out += std::to_string(errors) + (errors == 1 ? " error" : " errors");
  if (warnings > 0) {
    out += ", " + std::to_string(warnings) + (warnings == 1 ? " warning" : " warnings");
  }
  if (list.size() > kDiagnosticsShown) {
    out += " (" + std::to_string(list.size() - kDiagnosticsShown) + " more not shown)";
  }
  return out + "; configuration not loaded\n";
}

}  // namespace jetstream::daemon
