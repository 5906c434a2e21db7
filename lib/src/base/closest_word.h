// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace jetstream::base {

/// Letters to change, to add or to leave out until `a` is `b` (Levenshtein).
std::size_t edit_distance(std::string_view a, std::string_view b);

/// "Did you mean": the first of the words in `candidates` that differ least from what was typed, if
/// that is no more than one edit in three letters; otherwise empty.
template <class Words>
std::string closest_word(std::string_view typed, const Words& candidates) {
  // What was typed may be 64 KiB long; a long word is a mistake of another kind.
  constexpr std::size_t kWordMax = 64;
  std::string_view best;
  std::size_t best_distance = typed.size() < 6 ? 2 : typed.size() / 3 + 1;
  if (typed.size() > kWordMax) return {};
  for (const std::string_view candidate : candidates) {
    const std::size_t distance = edit_distance(typed, candidate);
    if (distance >= best_distance) continue;
    best = candidate;
    best_distance = distance;
  }
  return std::string(best);
}

}  // namespace jetstream::base
