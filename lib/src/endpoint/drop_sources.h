// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "jetstream/source.h"

namespace jetstream::endpoint {

/// Which networks most of what is dropped says it comes from: the algorithm of Misra and Gries
/// (Finding repeated elements, 1982). Strangers choose the addresses, so there is no entry for each
/// but a fixed number of counters: a network that finds none takes one from each of them. One
/// behind more than 1 of kCounters + 1 drops is always found, and nobody is shown with more than
/// there were.
class DropSources {
 public:
  static constexpr std::size_t kCounters = 16;
  /// Networks as providers give them out. Smaller ones would hide who sends from many addresses.
  static constexpr std::uint8_t kV4Bits = 24;
  static constexpr std::uint8_t kV6Bits = 48;

  void add(const PeerAddress& from);
  /// The busiest first. Begins anew.
  std::vector<DropSource> take();

 private:
  /// The bytes of the network, and whether it is one of IPv4: never 0.
  static std::uint64_t key_of(const PeerAddress& address);
  static AddressBlock network_of(std::uint64_t key);

  std::array<std::uint64_t, kCounters> keys_{};  ///< 0: free, and so is its count.
  std::array<std::uint64_t, kCounters> counts_{};
};

}  // namespace jetstream::endpoint
