// SPDX-License-Identifier: MIT
#include "base/address_map.h"

#include <algorithm>
#include <limits>

#include "base/bytes.h"

namespace jetstream::base {
namespace {

std::uint32_t narrow_key(const std::array<std::uint8_t, 16>& ip) {
  return std::uint32_t{ip[12]} << 24 | std::uint32_t{ip[13]} << 16 | std::uint32_t{ip[14]} << 8 |
         ip[15];
}

/// The lowest `bits` bits.
template <class Word>
Word low_bits(std::uint32_t bits) {
  constexpr auto kAll = static_cast<std::uint32_t>(std::numeric_limits<Word>::digits);
  if (bits == 0) return 0;
  return static_cast<Word>(~Word{0}) >> (kAll - std::min(bits, kAll));
}

}  // namespace

AddressMap::Wide AddressMap::wide_key(const std::array<std::uint8_t, 16>& ip) {
  ByteReader reader(ip);
  const std::uint64_t high = *reader.read_u64();
  return {high, *reader.read_u64()};
}

AddressMap::Range<std::uint32_t> AddressMap::narrow_range(const AddressBlock& block,
                                                          std::uint32_t place) {
  const auto rest = low_bits<std::uint32_t>(128u - block.bits);
  const std::uint32_t key = narrow_key(block.ip);
  return {key & ~rest, key | rest, place};
}

AddressMap::Range<AddressMap::Wide> AddressMap::wide_range(const AddressBlock& block,
                                                           std::uint32_t place) {
  const std::uint32_t free = 128u - block.bits;
  const auto high = low_bits<std::uint64_t>(free > 64 ? free - 64 : 0);
  const auto low = low_bits<std::uint64_t>(std::min(free, 64u));
  const Wide key = wide_key(block.ip);
  return {{key.high & ~high, key.low & ~low}, {key.high | high, key.low | low}, place};
}

AddressMap::AddressMap(std::span<const AddressBlock> blocks) : around_(blocks.size(), kNone) {
  std::vector<Range<std::uint32_t>> v4;
  std::vector<Range<Wide>> v6;
  for (std::uint32_t i = 0; i < blocks.size(); ++i) {
    if (blocks[i].is_v4()) {
      v4.push_back(narrow_range(blocks[i], i));
    } else {
      v6.push_back(wide_range(blocks[i], i));
    }
  }
  v4_ = lay_out(std::move(v4));
  v6_ = lay_out(std::move(v6));
}

/// Blocks lie apart or one in the other, so those that are open at any point are a stack.
template <class Key>
AddressMap::Stretches<Key> AddressMap::lay_out(std::vector<Range<Key>> ranges) {
  std::sort(ranges.begin(), ranges.end(), [](const Range<Key>& a, const Range<Key>& b) {
    if (a.first != b.first) return a.first < b.first;
    return a.last != b.last ? a.last > b.last : a.place < b.place;
  });
  const auto after = [](Key key) {
    if constexpr (std::is_same_v<Key, Wide>) {
      return Wide{key.high + (key.low == UINT64_MAX ? 1 : 0), key.low + 1};
    } else {
      return key + 1;
    }
  };
  Stretches<Key> flat;
  std::vector<Range<Key>> open;
  const auto close_top = [&] {
    const Key next = after(open.back().last);
    open.pop_back();
    // Nothing comes after the very last address.
    if (next != Key{}) flat.add(next, open.empty() ? kNone : open.back().place);
  };
  for (const Range<Key>& range : ranges) {
    while (!open.empty() && open.back().last < range.first) close_top();
    around_[range.place] = open.empty() ? kNone : open.back().place;
    flat.add(range.first, range.place);
    open.push_back(range);
  }
  while (!open.empty()) close_top();
  return flat;
}

template <class Key>
void AddressMap::Stretches<Key>::add(Key start, std::uint32_t owner) {
  if (!starts.empty() && starts.back() == start) {
    owners.back() = owner;
    return;
  }
  starts.push_back(start);
  owners.push_back(owner);
}

template <class Key>
std::uint32_t AddressMap::Stretches<Key>::find(Key key) const {
  const auto next = std::upper_bound(starts.begin(), starts.end(), key);
  if (next == starts.begin()) return kNone;
  return owners[static_cast<std::size_t>(next - starts.begin()) - 1];
}

std::uint32_t AddressMap::find(const PeerAddress& address) const {
  if (address.is_v4()) return v4_.find(narrow_key(address.ip));
  return v6_.find(wide_key(address.ip));
}

}  // namespace jetstream::base
