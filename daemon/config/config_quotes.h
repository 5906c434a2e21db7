// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string_view>

#include "daemon/config/config_diagnostics.h"

namespace jetstream::daemon {

/// `text` starts with a quote: how many bytes there are up to the quote that closes it, both
/// included. Nothing if its line ends first.
std::optional<std::size_t> quoted_length(std::string_view text);

/// A quote and where it stands.
struct OpenQuote {
  Position position;
  char quote = '"';
};

/// The first quote of a YAML text that opens a value or a key and is not closed on its line.
std::optional<OpenQuote> find_open_quote(std::string_view source);

}  // namespace jetstream::daemon
