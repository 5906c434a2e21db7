// SPDX-License-Identifier: MIT
#include "stream/block_pool.h"

#include <algorithm>
#include <utility>

namespace jetstream::stream {
namespace {

bool smaller(const Block& a, const Block& b) { return a.size < b.size; }

}  // namespace

Block BlockPool::take(std::size_t bytes_min) {
  Block& largest = *std::max_element(spares_.begin(), spares_.end(), smaller);
  if (largest.size >= bytes_min && largest.size > 0) return std::exchange(largest, Block{});
  const std::size_t size = block_for(bytes_min);
  count(size);
  return {std::make_unique_for_overwrite<std::uint8_t[]>(size), size};
}

void BlockPool::give(Block block) {
  // An empty place is the smallest spare of all.
  Block& smallest = *std::min_element(spares_.begin(), spares_.end(), smaller);
  const bool keeps = account_ == nullptr || account_->roomy();
  if (keeps && block.size <= kSpareBytesMax && smaller(smallest, block)) std::swap(smallest, block);
  free(block);
}

void BlockPool::drop_spares() {
  for (Block& spare : spares_) free(spare);
}

void BlockPool::count(std::size_t bytes) {
  allocated_bytes_ += bytes;
  if (account_ != nullptr) account_->add(use_, bytes);
}

void BlockPool::uncount(std::size_t bytes) {
  allocated_bytes_ -= bytes;
  if (account_ != nullptr) account_->remove(use_, bytes);
}

void BlockPool::free(Block& block) {
  if (block.size > 0) uncount(block.size);
  block = Block{};
}

}  // namespace jetstream::stream
