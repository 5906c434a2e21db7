// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace jetstream::base {

/// Letters to change, to add or to leave out, or neighbours to exchange, until `a` is `b`; none is
/// touched twice (Damerau's distance, restricted).
std::size_t edit_distance(std::string_view a, std::string_view b);

/// "Did you mean": the first of the words in `candidates` that differ least from what was typed, if
/// that is no more than one edit in three letters of the shorter one; otherwise empty.
template <class Words>
std::string closest_word(std::string_view typed, const Words& candidates) {
  // What was typed may be 64 KiB long; a long word is a mistake of another kind.
  constexpr std::size_t kWordMax = 64;
  if (typed.size() > kWordMax) return {};
  std::string_view best;
  std::size_t best_distance = kWordMax;
  for (const std::string_view candidate : candidates) {
    const std::size_t distance = edit_distance(typed, candidate);
    const std::size_t allowed =
        std::max<std::size_t>(1, std::min(typed.size(), candidate.size()) / 3);
    if (distance > allowed || distance >= best_distance) continue;
    best = candidate;
    best_distance = distance;
  }
  return std::string(best);
}

}  // namespace jetstream::base
