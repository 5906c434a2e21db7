// SPDX-License-Identifier: MIT
#include "daemon/config_diagnostics.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <tuple>

namespace jetstream::daemon {
namespace {

// More than a screen of errors helps nobody: the first ones usually cause the rest.
constexpr std::size_t kErrorsShown = 20;
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

void ConfigErrors::add(Position position, std::string what, std::string help, bool hide_source) {
  list.push_back({position, std::move(what), std::move(help), hide_source});
}

void ConfigErrors::sort() {
  std::sort(list.begin(), list.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::tie(a.position.line, a.position.column, a.what) <
           std::tie(b.position.line, b.position.column, b.what);
  });
}

std::string ConfigErrors::text() const {
  std::string out;
  for (std::size_t i = 0; i < std::min(list.size(), kErrorsShown); ++i) {
    const Diagnostic& error = list[i];
    out += file;
    if (!source.empty()) {
      const std::string_view line = line_of(source, error.position.line);
      const std::size_t column =
          characters(line.substr(0, std::min(error.position.column - 1, line.size()))) + 1;
      out += ":" + std::to_string(error.position.line) + ":" + std::to_string(column);
      out += ": error: " + error.what + "\n";
      if (!error.hide_source) append_source(out, line, error.position);
    } else {
      out += ": error: " + error.what + "\n";
    }
    if (!error.help.empty()) out += "   help: " + error.help + "\n";
  }
  out += std::to_string(list.size()) + (list.size() == 1 ? " error" : " errors");
  if (list.size() > kErrorsShown) {
    out += " (" + std::to_string(list.size() - kErrorsShown) + " more not shown)";
  }
  return out + "; configuration not loaded\n";
}

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const auto first = static_cast<unsigned char>(text.front());
    // U+0080 to U+009F (0xc2 0x80 to 0xc2 0x9f) steer terminals as the ASCII controls do.
    const bool control =
        first < 0x20 || first == 0x7f ||
        (first == 0xc2 && length == 2 && static_cast<unsigned char>(text[1]) < 0xa0);
    if (first == '\t') {
      out += ' ';
    } else if (length == 0 || control) {
      out += '?';
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(1, length));
  }
  return out;
}

std::size_t utf8_length(std::string_view text) {
  if (text.empty()) return 0;
  const auto byte = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i]));
  };
  const std::uint32_t first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
  std::uint32_t code = first & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
    code = code << 6 | (byte(i) & 0x3f);
  }
  constexpr std::array<std::uint32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  return code < kSmallest[length] || surrogate || code > 0x10ffff ? 0 : length;
}

std::string quote(std::string_view text) { return "\"" + printable(text) + "\""; }

}  // namespace jetstream::daemon
