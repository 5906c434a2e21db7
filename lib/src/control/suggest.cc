// SPDX-License-Identifier: MIT
#include "control/suggest.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace jetstream::control {
namespace {

/// Longer words are not compared: what was typed may be 64 KiB long.
constexpr std::size_t kWordMax = 64;

/// Levenshtein's distance, one row at a time.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::optional<std::string> did_you_mean(std::string_view typed,
                                        std::span<const std::string_view> candidates) {
  if (typed.size() > kWordMax) return std::nullopt;
  std::string_view best;
  std::size_t best_distance = std::max<std::size_t>(1, typed.size() / 3) + 1;
  for (std::string_view candidate : candidates) {
    const std::size_t distance = edit_distance(typed, candidate);
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  if (best.empty()) return std::nullopt;
  return "did you mean \"" + std::string(best) + "\"?";
}

}  // namespace jetstream::control
