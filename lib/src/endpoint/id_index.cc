// SPDX-License-Identifier: MIT
#include "endpoint/id_index.h"

#include <algorithm>

namespace jetstream::endpoint {

std::size_t IdIndex::Block::lower_bound(SessionId id) const {
  return static_cast<std::size_t>(std::lower_bound(ids.begin(), ids.begin() + size, id) -
                                  ids.begin());
}

void IdIndex::Block::insert(std::size_t i, SessionId id, std::uint32_t slot) {
  std::copy_backward(ids.begin() + i, ids.begin() + size, ids.begin() + size + 1);
  std::copy_backward(slots.begin() + i, slots.begin() + size, slots.begin() + size + 1);
  ids[i] = id;
  slots[i] = slot;
  ++size;
}

void IdIndex::Block::erase(std::size_t i) {
  std::copy(ids.begin() + i + 1, ids.begin() + size, ids.begin() + i);
  std::copy(slots.begin() + i + 1, slots.begin() + size, slots.begin() + i);
  --size;
}

void IdIndex::Block::take(Block& other, std::size_t from) {
  std::copy(other.ids.begin() + from, other.ids.begin() + other.size, ids.begin() + size);
  std::copy(other.slots.begin() + from, other.slots.begin() + other.size, slots.begin() + size);
  size += other.size - static_cast<std::uint32_t>(from);
  other.size = static_cast<std::uint32_t>(from);
}

/// The first block that has this number or a higher one; their count if there is none.
std::size_t IdIndex::block_of(SessionId id) const {
  const auto found = std::lower_bound(
      blocks_.begin(), blocks_.end(), id,
      [](const auto& block, SessionId wanted) { return block->ids[block->size - 1] < wanted; });
  return static_cast<std::size_t>(found - blocks_.begin());
}

std::optional<std::uint32_t> IdIndex::find(SessionId id) const {
  const std::size_t at = block_of(id);
  if (at == blocks_.size()) return std::nullopt;
  const Block& block = *blocks_[at];
  const std::size_t i = block.lower_bound(id);
  return block.has(i, id) ? std::optional(block.slots[i]) : std::nullopt;
}

void IdIndex::put(SessionId id, std::uint32_t slot) {
  std::size_t at = block_of(id);
  if (at == blocks_.size()) {
    // Behind all others. The last block is filled to its end, not split.
    if (blocks_.empty() || blocks_.back()->size == kBlockEntries) {
      blocks_.push_back(std::make_unique<Block>());
    }
    Block& last = *blocks_.back();
    last.insert(last.size, id, slot);
    ++size_;
    return;
  }
  std::size_t i = blocks_[at]->lower_bound(id);
  if (blocks_[at]->has(i, id)) {
    blocks_[at]->slots[i] = slot;
    return;
  }
  if (blocks_[at]->size == kBlockEntries) {
    auto upper = std::make_unique<Block>();
    upper->take(*blocks_[at], kBlockEntries / 2);
    blocks_.insert(blocks_.begin() + static_cast<std::ptrdiff_t>(at) + 1, std::move(upper));
    if (i > kBlockEntries / 2) {
      ++at;
      i -= kBlockEntries / 2;
    }
  }
  blocks_[at]->insert(i, id, slot);
  ++size_;
}

void IdIndex::erase(SessionId id, std::uint32_t slot) {
  const std::size_t at = block_of(id);
  if (at == blocks_.size()) return;
  Block& block = *blocks_[at];
  const std::size_t i = block.lower_bound(id);
  if (!block.has(i, id) || block.slots[i] != slot) return;
  block.erase(i);
  --size_;
  if (block.size == 0) {
    blocks_.erase(blocks_.begin() + static_cast<std::ptrdiff_t>(at));
    if (at > 0 && at < blocks_.size()) join(at - 1);
    return;
  }
  if (at + 1 < blocks_.size()) join(at);
  if (at > 0) join(at - 1);
}

/// Makes one of a block and the next if half a block holds both. Half, so that the next few that
/// come or go do not undo it.
void IdIndex::join(std::size_t at) {
  if (blocks_[at]->size + blocks_[at + 1]->size > kBlockEntries / 2) return;
  blocks_[at]->take(*blocks_[at + 1], 0);
  blocks_.erase(blocks_.begin() + static_cast<std::ptrdiff_t>(at) + 1);
}

}  // namespace jetstream::endpoint
