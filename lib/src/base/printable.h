// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace jetstream::base {

/// The text as one printable line for messages: control characters, bytes that are no UTF-8 and
/// what is_invisible() become "?".
std::string printable(std::string_view text);
/// The same of what somebody wrote, in quotes: an invisible character becomes its number, such as
/// \u202E, and what is longer than kQuotedBytes ends in "...".
std::string quote(std::string_view text);
/// Longer values are cut where a message quotes them: nobody reads them whole.
inline constexpr std::size_t kQuotedBytes = 160;

/// Whether a character takes no room, or changes the order in which others are shown: text with
/// such may look like other text (Unicode TR 36, section 3).
bool is_invisible(char32_t character);

/// Bytes of the UTF-8 character that `text` starts with; 0 if it starts with none (RFC 3629: no
/// long forms, no surrogates, nothing above U+10FFFF).
std::size_t utf8_length(std::string_view text);

}  // namespace jetstream::base
