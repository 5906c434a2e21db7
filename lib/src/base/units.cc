// SPDX-License-Identifier: MIT
#include "base/units.h"

#include <array>
#include <charconv>
#include <optional>
#include <span>

#include "base/printable.h"

namespace jetstream::base {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t factor;
};

constexpr std::array<Unit, 6> kDurationUnits = {{{"d", 86'400'000'000'000},
                                                 {"h", 3'600'000'000'000},
                                                 {"m", 60'000'000'000},
                                                 {"s", 1'000'000'000},
                                                 {"ms", 1'000'000},
                                                 {"us", 1'000}}};
constexpr std::array<Unit, 7> kSizeUnits = {{{"GiB", 1LL << 30},
                                             {"MiB", 1LL << 20},
                                             {"KiB", 1LL << 10},
                                             {"B", 1},
                                             {"GB", 1'000'000'000},
                                             {"MB", 1'000'000},
                                             {"kB", 1'000}}};
// format_size() uses the binary ones only.
constexpr std::size_t kBinarySizeUnits = 4;

auto wrong(std::string what, std::string help = {}) {
  return unexpected(UnitError{std::move(what), std::move(help)});
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// Takes the digits off the front; nullopt without any or if they don't fit.
std::optional<std::int64_t> take_number(std::string_view& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || text.empty() || !is_digit(text.front())) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

// Index of the unit the text starts with, whole: "ms" is not "m". nullopt if there is none.
std::optional<std::size_t> take_unit(std::string_view& text, std::span<const Unit> units) {
  std::size_t length = 0;
  while (length < text.size() && !is_digit(text[length])) ++length;
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (units[i].name != text.substr(0, length)) continue;
    text.remove_prefix(length);
    return i;
  }
  return std::nullopt;
}

std::string format_with(std::int64_t value, std::span<const Unit> units) {
  std::string out;
  for (const Unit& unit : units) {
    if (value < unit.factor) continue;
    out += std::to_string(value / unit.factor);
    out += unit.name;
    value %= unit.factor;
  }
  return out;
}

}  // namespace

Result<std::int64_t, UnitError> parse_duration(std::string_view text) {
  if (all_digits(text)) {
    return wrong(quote(text) + " has no unit",
                 "did you mean " + quote(std::string(text) + "s") + "?");
  }
  const auto malformed = [&] {
    return wrong(quote(text) + " is not a duration",
                 "write whole numbers with us, ms, s, m, h or d, such as 30s, 500ms or 1h30m");
  };
  std::string_view rest = text;
  std::int64_t total = 0;
  std::size_t next_unit = 0;
  do {
    const auto number = take_number(rest);
    const auto unit = number ? take_unit(rest, kDurationUnits) : std::nullopt;
    if (!unit || *unit < next_unit) return malformed();
    std::int64_t part = 0;
    if (__builtin_mul_overflow(*number, kDurationUnits[*unit].factor, &part) ||
        __builtin_add_overflow(total, part, &total)) {
      return wrong(quote(text) + " is too long a time");
    }
    next_unit = *unit + 1;
  } while (!rest.empty());
  return total;
}

Result<std::int64_t, UnitError> parse_size(std::string_view text) {
  if (all_digits(text)) {
    return wrong(quote(text) + " has no unit",
                 "did you mean " + quote(std::string(text) + "B") + "?");
  }
  std::string_view rest = text;
  const auto number = take_number(rest);
  const std::string digits(text.substr(0, text.size() - rest.size()));
  if (number && (rest == "K" || rest == "M" || rest == "G" || rest == "k")) {
    const std::string letter(1, rest == "k" ? 'K' : rest[0]);
    return wrong(quote(text) + " has two meanings",
                 "write \"" + digits + letter + "iB\" (powers of 1024) or \"" + digits +
                     (letter == "K" ? "k" : letter) + "B\" (powers of 1000)");
  }
  const auto unit = number ? take_unit(rest, kSizeUnits) : std::nullopt;
  if (!unit || !rest.empty()) {
    return wrong(quote(text) + " is not a size",
                 "write a whole number with B, KiB, MiB, GiB, kB, MB or GB, such as 64KiB");
  }
  std::int64_t bytes = 0;
  if (__builtin_mul_overflow(*number, kSizeUnits[*unit].factor, &bytes)) {
    return wrong(quote(text) + " is too large");
  }
  return bytes;
}

Result<std::int64_t, UnitError> parse_integer(std::string_view text) {
  if (!all_digits(text)) return wrong(quote(text) + " is not a whole number");
  if (text.size() > 1 && text[0] == '0') {
    return wrong(quote(text) + " starts with a zero", "numbers are decimal: leave the zero out");
  }
  const auto number = take_number(text);
  if (!number) return wrong(quote(text) + " is too large");
  return *number;
}

std::string format_duration(std::int64_t nanoseconds) {
  const std::string text = format_with(nanoseconds, kDurationUnits);
  return text.empty() ? "0s" : text;
}

std::string format_size(std::int64_t bytes) {
  const std::span<const Unit> units = std::span(kSizeUnits).first(kBinarySizeUnits);
  for (const Unit& unit : units) {
    if (bytes != 0 && bytes % unit.factor == 0)
      return std::to_string(bytes / unit.factor) + std::string(unit.name);
  }
  return "0B";
}

}  // namespace jetstream::base
