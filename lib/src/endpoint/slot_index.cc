// SPDX-License-Identifier: MIT
#include "endpoint/slot_index.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"

namespace jetstream::endpoint {

void SlotIndex::insert(std::uint32_t hash, std::uint32_t slot) {
  // Half full at most, so that searches are short.
  if ((size_ + 1) * 2 > entries_.size()) resize(std::max(kSmallest, entries_.size() * 2));
  std::size_t i = home(hash);
  while (entries_[i].slot != kNone) i = next(i);
  entries_[i] = {hash, slot};
  ++size_;
}

void SlotIndex::erase(std::uint32_t hash, std::uint32_t slot) {
  std::size_t hole = position(hash, slot);
  if (hole == entries_.size()) return;
  // What a search would not find any more beyond the hole moves into it.
  for (std::size_t i = next(hole); entries_[i].slot != kNone; i = next(i)) {
    const std::size_t mask = entries_.size() - 1;
    const std::size_t from_home = (i - home(entries_[i].hash)) & mask;
    if (from_home < ((i - hole) & mask)) continue;
    entries_[hole] = entries_[i];
    hole = i;
  }
  entries_[hole] = {};
  --size_;
  if (entries_.size() > kSmallest && size_ * 8 < entries_.size()) resize(entries_.size() / 2);
}

void SlotIndex::replace(std::uint32_t hash, std::uint32_t before, std::uint32_t slot) {
  const std::size_t i = position(hash, before);
  JS_ASSERT(i < entries_.size());
  entries_[i].slot = slot;
}

/// Its place in the table; the table's size if it is not there.
std::size_t SlotIndex::position(std::uint32_t hash, std::uint32_t slot) const {
  if (entries_.empty()) return 0;
  std::size_t i = home(hash);
  while (entries_[i].slot != kNone && entries_[i].slot != slot) i = next(i);
  return entries_[i].slot == kNone ? entries_.size() : i;
}

void SlotIndex::resize(std::size_t capacity) {
  const std::vector<Entry> before = std::exchange(entries_, std::vector<Entry>(capacity));
  for (const Entry& entry : before) {
    if (entry.slot == kNone) continue;
    std::size_t i = home(entry.hash);
    while (entries_[i].slot != kNone) i = next(i);
    entries_[i] = entry;
  }
}

}  // namespace jetstream::endpoint
