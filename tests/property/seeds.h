// SPDX-License-Identifier: MIT
#pragma once

#include <catch2/catch.hpp>
#include <cstdint>
#include <cstdlib>

namespace jetstream::testing {

/// Runs `property` once for each of `count` seeds, or only for the one in the environment variable
/// JS_SEED. A failure prints the seed that replays it.
template <class F>
void for_each_seed(std::uint64_t count, F&& property) {
  std::uint64_t first = 1;
  if (const char* seed = std::getenv("JS_SEED")) {
    first = std::strtoull(seed, nullptr, 10);
    count = 1;
  }
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    INFO("replay with JS_SEED=" << seed);
    property(seed);
  }
}

}  // namespace jetstream::testing
