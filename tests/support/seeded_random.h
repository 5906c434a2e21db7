// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "jetstream/random.h"

namespace jetstream::testing {

/// Everything random in a test, from one number (splitmix64). Not for keys that matter.
class SeededRandom : public RandomSource {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}

  void fill_public(MutableBytes out) override {
    for (std::uint8_t& byte : out) byte = static_cast<std::uint8_t>(next());
  }
  void fill_secret(MutableBytes out) override { fill_public(out); }

  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  /// 0 <= result < bound.
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }
  /// from <= result <= to.
  std::uint64_t between(std::uint64_t from, std::uint64_t to) {
    return from + below(to - from + 1);
  }
  bool chance(double probability) {
    return static_cast<double>(next() >> 11) * 0x1.0p-53 < probability;
  }

 private:
  std::uint64_t state_;
};

}  // namespace jetstream::testing
