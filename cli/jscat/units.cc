// SPDX-License-Identifier: MIT
#include "cli/jscat/units.h"

#include <charconv>
#include <span>
#include <utility>

namespace jetstream::jscat {
namespace {

using Unit = std::pair<std::string_view, double>;

constexpr Unit kSizes[] = {
    {"", 1},
    {"B", 1},
    {"KB", 1e3},
    {"MB", 1e6},
    {"GB", 1e9},
    {"TB", 1e12},
    {"K", 1024},
    {"KiB", 1024},
    {"M", 1 << 20},
    {"MiB", 1 << 20},
    {"G", 1 << 30},
    {"GiB", 1 << 30},
    {"T", 1099511627776.0},
    {"TiB", 1099511627776.0},
};
constexpr Unit kTimes[] = {{"", 1}, {"ms", 1e-3}, {"s", 1}, {"m", 60}, {"h", 3600}};
// Up to here every whole number is exact in a double.
constexpr double kSizeMax = 9007199254740992.0;
constexpr double kSecondsMax = 86400;

/// A plain decimal number and the unit behind it.
std::optional<double> parse(std::string_view text, std::span<const Unit> units) {
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  // The first character also keeps "inf", "nan" and signs out.
  if (error != std::errc() || text.front() < '0' || text.front() > '9') return std::nullopt;
  const std::string_view rest(stop, static_cast<std::size_t>(end - stop));
  for (const auto& [name, factor] : units) {
    if (name == rest) return number * factor;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::uint64_t> parse_size(std::string_view text) {
  const auto bytes = parse(text, kSizes);
  if (!bytes || *bytes > kSizeMax) return std::nullopt;
  return static_cast<std::uint64_t>(*bytes);
}

std::optional<Duration> parse_duration(std::string_view text) {
  const auto seconds = parse(text, kTimes);
  if (!seconds || *seconds > kSecondsMax) return std::nullopt;
  return std::chrono::round<Duration>(std::chrono::duration<double>(*seconds));
}

}  // namespace jetstream::jscat
