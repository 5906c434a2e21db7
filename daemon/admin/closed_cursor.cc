// SPDX-License-Identifier: MIT
#include "daemon/admin/closed_cursor.h"

#include <charconv>

namespace jetstream::daemon {
namespace {

/// The number that `text` begins with, which is cut off, with the dot behind it if there is one.
template <class Number>
std::optional<Number> take_number(std::string_view& text) {
  Number number{};
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || (stopped != end && *stopped != '.')) return std::nullopt;
  const auto read = static_cast<std::size_t>(stopped - text.data());
  text.remove_prefix(stopped == end ? read : read + 1);
  return number;
}

}  // namespace

std::string closed_cursor(const ClosedKey& key) {
  return std::to_string(key.ended.time_since_epoch().count()) + '.' + std::to_string(key.number) +
         '.' + std::to_string(key.id.value());
}

std::optional<ClosedKey> parse_closed_cursor(std::string_view text) {
  const std::string_view whole = text;
  const auto ended = take_number<Duration::rep>(text);
  const auto number = take_number<std::uint64_t>(text);
  const auto id = take_number<std::uint64_t>(text);
  if (!ended || !number || !id) return std::nullopt;
  const ClosedKey key{Instant(Duration(*ended)), *number, SessionId(*id)};
  if (closed_cursor(key) != whole) return std::nullopt;
  return key;
}

}  // namespace jetstream::daemon
