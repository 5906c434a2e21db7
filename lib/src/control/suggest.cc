// SPDX-License-Identifier: MIT
#include "control/suggest.h"

#include "base/closest_word.h"

namespace jetstream::control {

std::optional<std::string> did_you_mean(std::string_view typed,
                                        std::span<const std::string_view> candidates) {
  const std::string best = base::closest_word(typed, candidates);
  if (best.empty()) return std::nullopt;
  return "did you mean \"" + best + "\"?";
}

}  // namespace jetstream::control
