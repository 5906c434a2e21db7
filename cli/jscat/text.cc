// SPDX-License-Identifier: MIT
#include "cli/jscat/text.h"

#include <array>
#include <cstdio>

namespace jetstream::jscat {

std::string escape(std::string_view text) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  std::string safe;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\\') {
      safe += "\\\\";
    } else if (byte >= 0x20 && byte < 0x7f) {
      safe += c;
    } else {
      safe += {'\\', 'x', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return safe;
}

std::string format_number(double value, int digits) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  return text.data();
}

std::string format_bytes(double bytes) {
  static constexpr std::array<std::string_view, 5> kUnits = {" B", " KiB", " MiB", " GiB", " TiB"};
  std::size_t unit = 0;
  while (bytes >= 1024 && unit + 1 < kUnits.size()) {
    bytes /= 1024;
    ++unit;
  }
  return format_number(bytes, unit == 0 ? 0 : 2) + std::string(kUnits[unit]);
}

double to_seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

std::string format_duration(Duration duration) {
  const double seconds = to_seconds(duration);
  if (seconds < 1) return format_number(seconds * 1000, 0) + " ms";
  const bool whole = duration % std::chrono::seconds(1) == Duration(0);
  return format_number(seconds, whole ? 0 : 2) + " s";
}

std::string format_ms(Duration duration) { return format_number(to_seconds(duration) * 1000, 3); }

}  // namespace jetstream::jscat
