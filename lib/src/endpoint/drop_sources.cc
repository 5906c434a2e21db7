// SPDX-License-Identifier: MIT
#include "endpoint/drop_sources.h"

#include <algorithm>

namespace jetstream::endpoint {
namespace {

constexpr std::uint64_t kIsV4 = std::uint64_t{1} << 62;
constexpr std::uint64_t kIsV6 = std::uint64_t{1} << 63;
/// Where the bytes of an IPv4 address begin among the 16 of any.
constexpr std::size_t kV4At = 12;

}  // namespace

std::uint64_t DropSources::key_of(const PeerAddress& address) {
  const bool v4 = address.is_v4();
  const std::size_t begin = v4 ? kV4At : 0;
  const std::size_t end = begin + (v4 ? kV4Bits : kV6Bits) / 8;
  std::uint64_t key = 0;
  for (std::size_t i = begin; i < end; ++i) key = key << 8 | address.ip[i];
  return key | (v4 ? kIsV4 : kIsV6);
}

AddressBlock DropSources::network_of(std::uint64_t key) {
  const bool v4 = (key & kIsV4) != 0;
  AddressBlock block;
  if (v4) block.ip = PeerAddress::v4({}, 0).ip;
  block.bits = static_cast<std::uint8_t>(v4 ? kV4At * 8 + kV4Bits : kV6Bits);
  const std::size_t begin = v4 ? kV4At : 0;
  for (std::size_t i = block.bits / 8; i > begin; --i, key >>= 8) {
    block.ip[i - 1] = static_cast<std::uint8_t>(key);
  }
  return block;
}

void DropSources::add(const PeerAddress& from) {
  const std::uint64_t key = key_of(from);
  std::size_t free = kCounters;
  for (std::size_t i = 0; i < kCounters; ++i) {
    if (keys_[i] == key) {
      ++counts_[i];
      return;
    }
    if (counts_[i] == 0) free = i;
  }
  if (free < kCounters) {
    keys_[free] = key;
    counts_[free] = 1;
    return;
  }
  for (std::size_t i = 0; i < kCounters; ++i) {
    if (--counts_[i] == 0) keys_[i] = 0;
  }
}

std::vector<DropSource> DropSources::take() {
  std::vector<DropSource> sources;
  for (std::size_t i = 0; i < kCounters; ++i) {
    if (counts_[i] > 0) sources.push_back({network_of(keys_[i]), counts_[i]});
  }
  std::ranges::sort(sources, std::ranges::greater(), &DropSource::drops);
  keys_ = {};
  counts_ = {};
  return sources;
}

}  // namespace jetstream::endpoint
