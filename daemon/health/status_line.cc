// SPDX-License-Identifier: MIT
#include "daemon/health/status_line.h"

#include <array>
#include <cstdio>
#include <utility>

namespace jetstream::daemon {

std::string format_bit_rate(double bits_per_second) {
  constexpr std::array kUnits = {"bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"};
  std::size_t unit = 0;
  // 999.95 would be shown as 1000.0 of its unit.
  while (bits_per_second >= 999.5 && unit + 1 < kUnits.size()) {
    bits_per_second /= 1000;
    ++unit;
  }
  std::array<char, 32> text{};
  const int digits = unit > 0 && bits_per_second < 9.95 ? 1 : 0;
  std::snprintf(text.data(), text.size(), "%.*f %s", digits, bits_per_second, kUnits[unit]);
  return text.data();
}

std::optional<std::string> StatusLine::take(Instant now, std::uint64_t sessions,
                                            std::uint64_t bytes) {
  if (!told_at_) {
    told_at_ = now;
    told_bytes_ = bytes;
    return std::nullopt;
  }
  const Duration since = now - *told_at_;
  if (since < kEvery) return std::nullopt;
  const double seconds = std::chrono::duration<double>(since).count();
  const double bits = static_cast<double>(bytes - std::exchange(told_bytes_, bytes)) * 8;
  told_at_ = now;
  std::string line = std::to_string(sessions) + (sessions == 1 ? " session, " : " sessions, ") +
                     format_bit_rate(bits / seconds);
  if (line == told_) return std::nullopt;
  told_ = line;
  return line;
}

}  // namespace jetstream::daemon
