// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "jetstream/types.h"

namespace jetstream::endpoint {

/// Slots by the numbers of their sessions, in the order of the numbers: to find one, and to walk
/// from one number on however many come and go meanwhile.
///
/// Sorted blocks of a bounded size in a sorted list. Numbers count up, so nearly every one is put
/// at the end; one that goes moves the rest of its block only. Blocks that two make one of are
/// joined, so it is never larger than four times what is in it, but for one block.
class IdIndex {
 public:
  /// 1.5 KiB a block: what goes moves no more than that, and a million sessions are 8192 blocks.
  static constexpr std::size_t kBlockEntries = 128;

  std::size_t size() const { return size_; }
  std::size_t capacity() const { return blocks_.size() * kBlockEntries; }

  std::optional<std::uint32_t> find(SessionId id) const;
  /// Instead of what that number stood for before, if it stood for anything.
  void put(SessionId id, std::uint32_t slot);
  /// Without effect if the number stands for another slot, or for none.
  void erase(SessionId id, std::uint32_t slot);

  /// Calls visit(slot) for up to `limit` numbers from `first` on, in their order. The number to go
  /// on with; nullopt if there are none left.
  template <class Visit>
  std::optional<SessionId> visit(SessionId first, std::size_t limit, Visit visit) const {
    std::size_t at = block_of(first);
    std::size_t i = at < blocks_.size() ? blocks_[at]->lower_bound(first) : 0;
    for (; at < blocks_.size(); ++at, i = 0) {
      const Block& block = *blocks_[at];
      for (; i < block.size; ++i) {
        if (limit-- == 0) return block.ids[i];
        visit(block.slots[i]);
      }
    }
    return std::nullopt;
  }

 private:
  struct Block {
    std::uint32_t size = 0;
    std::array<SessionId, kBlockEntries> ids;
    std::array<std::uint32_t, kBlockEntries> slots;

    std::size_t lower_bound(SessionId id) const;
    bool has(std::size_t i, SessionId id) const { return i < size && ids[i] == id; }
    void insert(std::size_t i, SessionId id, std::uint32_t slot);
    void erase(std::size_t i);
    /// Takes all of `other` from its entry `from` on.
    void take(Block& other, std::size_t from);
  };

  std::size_t block_of(SessionId id) const;
  void join(std::size_t at);

  std::vector<std::unique_ptr<Block>> blocks_;  // none is empty
  std::size_t size_ = 0;
};

}  // namespace jetstream::endpoint
