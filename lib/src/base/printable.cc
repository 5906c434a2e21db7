// SPDX-License-Identifier: MIT
#include "base/printable.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace jetstream::base {

namespace {

struct Range {
  char32_t first;
  char32_t last;
};
/// The default ignorable characters of Unicode that text can hide behind, and the separators of
/// lines: soft hyphen, joiners and spaces without width, marks and overrides of direction,
/// selectors of variants, tags.
constexpr std::array<Range, 13> kInvisible = {{{0xad, 0xad},
                                               {0x34f, 0x34f},
                                               {0x61c, 0x61c},
                                               {0x115f, 0x1160},
                                               {0x17b4, 0x17b5},
                                               {0x180b, 0x180f},
                                               {0x200b, 0x200f},
                                               {0x2028, 0x202e},
                                               {0x2060, 0x206f},
                                               {0x3164, 0x3164},
                                               {0xfeff, 0xfeff},
                                               {0xfff9, 0xfffb},
                                               {0xe0000, 0xe0fff}}};

/// The first character of well-formed text; `length` is what utf8_length() says.
char32_t first_of(std::string_view text, std::size_t length) {
  char32_t code = static_cast<unsigned char>(text[0]);
  if (length > 1) code &= 0x7fU >> length;
  for (std::size_t i = 1; i < length; ++i) {
    code = code << 6 | (static_cast<unsigned char>(text[i]) & 0x3fU);
  }
  return code;
}

/// \u202E or \U000E0041, as in YAML.
std::string number_of(char32_t character) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const int digits = character > 0xffff ? 8 : 4;
  std::string out = digits == 8 ? "\\U" : "\\u";
  for (int i = digits - 1; i >= 0; --i) out += kDigits[(character >> (4 * i)) & 15];
  return out;
}

/// `text` as one line; invisible characters by their number, or "?".
std::string one_line(std::string_view text, bool numbers) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const char32_t first = length == 0 ? U'\0' : first_of(text, length);
    // U+0080 to U+009F steer terminals as the ASCII controls do.
    const bool control = first < 0x20 || (first >= 0x7f && first < 0xa0);
    if (first == U'\t') {
      out += ' ';
    } else if (control) {
      out += '?';
    } else if (is_invisible(first)) {
      out += numbers ? number_of(first) : "?";
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(1, length));
  }
  return out;
}

}  // namespace

std::string printable(std::string_view text) { return one_line(text, false); }

bool is_invisible(char32_t character) {
  return std::ranges::any_of(kInvisible, [character](const Range& range) {
    return range.first <= character && character <= range.last;
  });
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

std::string quote(std::string_view text) {
  std::size_t shown = text.size();
  if (shown > kQuotedBytes) {
    shown = kQuotedBytes;
    // Whole characters.
    while (shown > 0 && (static_cast<unsigned char>(text[shown]) & 0xc0) == 0x80) --shown;
  }
  return "\"" + one_line(text.substr(0, shown), true) + (shown < text.size() ? "...\"" : "\"");
}

}  // namespace jetstream::base
