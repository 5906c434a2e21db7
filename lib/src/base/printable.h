// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace jetstream::base {

/// The text as one printable line for messages: control characters and bytes that are no UTF-8
/// become "?".
std::string printable(std::string_view text);
/// A piece of the file in quotes, printable.
std::string quote(std::string_view text);

/// Bytes of the UTF-8 character that `text` starts with; 0 if it starts with none (RFC 3629: no
/// long forms, no surrogates, nothing above U+10FFFF).
std::size_t utf8_length(std::string_view text);

}  // namespace jetstream::base
