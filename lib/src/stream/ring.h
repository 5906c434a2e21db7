// SPDX-License-Identifier: MIT
#pragma once

#include "jetstream/types.h"
#include "stream/block_pool.h"

namespace jetstream::stream {

/// Bytes addressed by their offset in a stream: the byte at offset x lies at x modulo the size of
/// the block, so that a window slides along without moving anything. Its user knows which offsets
/// are filled.
class Ring {
 public:
  explicit Ring(BlockPool& pool) : pool_(&pool) {}
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;
  ~Ring() { release(); }

  /// Makes room for the offsets [begin, end), keeping the bytes of [begin, kept_end).
  void reserve(std::uint64_t begin, std::uint64_t kept_end, std::uint64_t end);
  /// Memory that reserve() would take for [begin, end) besides what there is.
  std::size_t growth(std::uint64_t begin, std::uint64_t end) const {
    if (end - begin <= block_.size) return 0;
    return BlockPool::block_for(static_cast<std::size_t>(end - begin)) - block_.size;
  }
  /// Where memory is short, moves what is left, [begin, end), to a block of its size.
  void shrink(std::uint64_t begin, std::uint64_t end);
  /// All of it within what was reserved.
  void write(std::uint64_t offset, Bytes bytes);
  /// The bytes from `offset` on, `length` or as many as lie there before the ring wraps around.
  Bytes view(std::uint64_t offset, std::uint64_t length) const;
  /// Gives the memory back.
  void release();

 private:
  void move_to(Block block, std::uint64_t begin, std::uint64_t end);
  std::size_t place_of(std::uint64_t offset) const {
    return static_cast<std::size_t>(offset) & (block_.size - 1);
  }

  BlockPool* pool_;
  Block block_;
};

}  // namespace jetstream::stream
