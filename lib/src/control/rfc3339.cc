// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>

#include "jetstream/control.h"

namespace jetstream::control {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kPattern = "0000-00-00T00:00:00.000Z";

constexpr milliseconds start_of(int year) {
  const std::chrono::sys_days day{std::chrono::year{year} / 1 / 1};
  return std::chrono::duration_cast<milliseconds>(day.time_since_epoch());
}

unsigned number_at(std::string_view text, std::size_t position, std::size_t digits) {
  unsigned value = 0;
  for (char digit : text.substr(position, digits)) {
    value = value * 10 + static_cast<unsigned>(digit - '0');
  }
  return value;
}

}  // namespace

std::string to_rfc3339(UnixTime time) {
  using namespace std::chrono;
  const milliseconds since_epoch =
      std::clamp(milliseconds(time.value()), start_of(0), start_of(10000) - milliseconds(1));
  const sys_days day{floor<days>(since_epoch)};
  const year_month_day date{day};
  const hh_mm_ss clock{since_epoch - day.time_since_epoch()};
  std::array<char, 80> text{};
  const int size = std::snprintf(
      text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", int{date.year()},
      unsigned{date.month()}, unsigned{date.day()}, static_cast<int>(clock.hours().count()),
      static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
      static_cast<int>(clock.subseconds().count()));
  return {text.data(), static_cast<std::size_t>(size)};
}

std::optional<UnixTime> parse_rfc3339(std::string_view text) {
  using namespace std::chrono;
  if (text.size() != kPattern.size()) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kPattern[i] == '0' ? !digit : text[i] != kPattern[i]) return std::nullopt;
  }
  const year_month_day date{year{static_cast<int>(number_at(text, 0, 4))},
                            month{number_at(text, 5, 2)}, day{number_at(text, 8, 2)}};
  const unsigned hour = number_at(text, 11, 2);
  const unsigned minute = number_at(text, 14, 2);
  const unsigned second = number_at(text, 17, 2);
  if (!date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  const milliseconds total = sys_days{date}.time_since_epoch() + hours{hour} + minutes{minute} +
                             seconds{second} + milliseconds{number_at(text, 20, 3)};
  return UnixTime(total.count());
}

}  // namespace jetstream::control
