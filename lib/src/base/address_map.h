// SPDX-License-Identifier: MIT
#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <vector>

#include "jetstream/address.h"

namespace jetstream::base {

/// Finds the smallest of many blocks around an address. The blocks are laid out flat when the map
/// is made, each stretch of addresses with the block that owns it, so that finding one is a binary
/// search without allocation: with 100 000 blocks at most 18 comparisons. Nothing changes
/// afterwards, so threads may share a map.
class AddressMap {
 public:
  static constexpr std::uint32_t kNone = UINT32_MAX;

  AddressMap() = default;
  /// Of equal blocks the last one owns the addresses.
  explicit AddressMap(std::span<const AddressBlock> blocks);

  /// The place in the list of the smallest block that contains the address, or kNone. A port and a
  /// scope don't matter.
  std::uint32_t find(const PeerAddress& address) const;
  /// The place of the next larger block around that one (or of an equal one before it), or kNone.
  std::uint32_t around(std::uint32_t place) const { return around_[place]; }
  bool empty() const { return around_.empty(); }

 private:
  /// 128 bits of an IPv6 address.
  struct Wide {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    friend auto operator<=>(const Wide&, const Wide&) = default;
  };
  template <class Key>
  struct Stretches {
    std::vector<Key> starts;
    std::vector<std::uint32_t> owners;  ///< Up to the next start.
    void add(Key start, std::uint32_t owner);
    std::uint32_t find(Key key) const;
  };
  template <class Key>
  struct Range {
    Key first;
    Key last;
    std::uint32_t place;
  };

  static Wide wide_key(const std::array<std::uint8_t, 16>& ip);
  static Range<std::uint32_t> narrow_range(const AddressBlock& block, std::uint32_t place);
  static Range<Wide> wide_range(const AddressBlock& block, std::uint32_t place);
  template <class Key>
  Stretches<Key> lay_out(std::vector<Range<Key>> ranges);

  Stretches<std::uint32_t> v4_;
  Stretches<Wide> v6_;
  std::vector<std::uint32_t> around_;
};

}  // namespace jetstream::base
