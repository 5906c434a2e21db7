// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "jetstream/time.h"
#include "jetstream/types.h"

namespace jetstream::endpoint {

/// Which cookies were used, for as long as they live, so that who copies a hello off the wire can't
/// have it answered a second time [RETRY-9].
///
/// Two generations of a fixed size: the older one is forgotten as a whole. Only cookies whose MAC
/// was verified get in, so nobody can choose where they fall. When there is no room a cookie counts
/// as unused: to refuse it would lock out honest clients for the sake of a small precaution.
class UsedCookies {
 public:
  /// Cookies that one generation can hold.
  static constexpr std::size_t kEntries = 4096;
  /// Longer than a cookie lives, so what is forgotten has expired.
  static constexpr Duration kGeneration = std::chrono::seconds(12);

  /// Notes the 16 bytes of a cookie's MAC. False if that cookie was used before.
  bool insert(Instant now, Bytes mac);

 private:
  using Mac = std::array<std::uint8_t, 16>;
  static constexpr std::size_t kProbes = 8;
  using Generation = std::vector<Mac>;  // all zero is a free place

  void turn(Instant now);
  static bool holds(const Generation& generation, std::size_t place, const Mac& mac);

  Generation current_ = Generation(kEntries);
  Generation old_ = Generation(kEntries);
  Instant turn_at_{};
};

}  // namespace jetstream::endpoint
