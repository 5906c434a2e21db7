// SPDX-License-Identifier: MIT
#include "stream/block_pool.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace jetstream::stream {
namespace {

bool smaller(const Block& a, const Block& b) { return a.size < b.size; }

}  // namespace

Block BlockPool::take(std::size_t bytes_min) {
  Block& largest = *std::max_element(spares_.begin(), spares_.end(), smaller);
  if (largest.size >= bytes_min && largest.size > 0) return std::exchange(largest, Block{});
  const std::size_t size = std::bit_ceil(std::max(bytes_min, kBlockBytesMin));
  allocated_bytes_ += size;
  return {std::make_unique_for_overwrite<std::uint8_t[]>(size), size};
}

void BlockPool::give(Block block) {
  // An empty place is the smallest spare of all.
  Block& smallest = *std::min_element(spares_.begin(), spares_.end(), smaller);
  if (block.size <= kSpareBytesMax && smaller(smallest, block)) std::swap(smallest, block);
  free(block);
}

void BlockPool::drop_spares() {
  for (Block& spare : spares_) free(spare);
}

void BlockPool::free(Block& block) {
  allocated_bytes_ -= block.size;
  block = Block{};
}

}  // namespace jetstream::stream
