// SPDX-License-Identifier: MIT
#include "jsctl/humanize.h"

#include <array>

namespace jetstream::jsctl {
namespace {

/// `value` / `unit` with one digit behind the point below ten, rounded down: a size never looks
/// greater than it is.
std::string scaled(std::uint64_t value, std::uint64_t unit, std::string_view name) {
  const std::uint64_t whole = value / unit;
  std::string text = std::to_string(whole);
  if (whole < 10) text += '.' + std::to_string(value % unit * 10 / unit);
  return text + std::string(name);
}

}  // namespace

std::string human_bytes(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 6> kUnits{" KiB", " MiB", " GiB", " TiB", " PiB", " EiB"};
  if (bytes < 1024) return std::to_string(bytes) + " B";
  std::size_t power = 0;
  while (power + 1 < kUnits.size() && bytes >> (10 * (power + 2)) != 0) ++power;
  return scaled(bytes, std::uint64_t{1} << (10 * (power + 1)), kUnits[power]);
}

std::string human_bps(std::uint64_t bits) {
  constexpr std::array<std::string_view, 6> kUnits{" kbit/s", " Mbit/s", " Gbit/s",
                                                   " Tbit/s", " Pbit/s", " Ebit/s"};
  if (bits < 1000) return std::to_string(bits) + " bit/s";
  std::uint64_t unit = 1000;
  std::size_t power = 0;
  for (; power + 1 < kUnits.size() && bits / 1000 >= unit; ++power) unit *= 1000;
  return scaled(bits, unit, kUnits[power]);
}

std::string human_ms(std::uint64_t ms) {
  if (ms == 0) return "0s";
  if (ms < 1000) return std::to_string(ms) + "ms";
  const std::uint64_t seconds = ms / 1000;
  const auto two = [](std::uint64_t great, char unit, std::uint64_t small, char small_unit) {
    std::string text = std::to_string(great) + unit;
    if (small != 0) text += ' ' + std::to_string(small) + small_unit;
    return text;
  };
  if (seconds < 60) return std::to_string(seconds) + 's';
  if (seconds < 3600) return two(seconds / 60, 'm', seconds % 60, 's');
  if (seconds < 86400) return two(seconds / 3600, 'h', seconds % 3600 / 60, 'm');
  return two(seconds / 86400, 'd', seconds % 86400 / 3600, 'h');
}

std::string human_us(std::optional<std::uint64_t> us) {
  if (!us) return "-";
  if (*us < 1000) return std::to_string(*us) + "us";
  if (*us < 1'000'000) return scaled(*us, 1000, "ms");
  return scaled(*us, 1'000'000, "s");
}

}  // namespace jetstream::jsctl
