// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "stream/memory_account.h"

namespace jetstream::stream {

/// A piece of buffer memory; its size is a power of two, or 0.
struct Block {
  std::unique_ptr<std::uint8_t[]> bytes;
  std::size_t size = 0;
};

/// The memory of all buffers of one direction of one session. A buffer that runs empty gives its
/// block back at once; a few stay here for the next one, so that data in a steady flow allocates
/// nothing.
class BlockPool {
 public:
  /// Holds a few small messages.
  static constexpr std::size_t kBlockBytesMin = 1024;
  /// Blocks kept for reuse: one for each of two streams in lively conversation.
  static constexpr std::size_t kSpares = 2;
  /// Larger blocks are not kept; no stream window grows beyond this size. A smaller bound would
  /// have fast streams ask the system for pages again and again. Sessions at rest keep none.
  static constexpr std::size_t kSpareBytesMax = 16 * 1024 * 1024;

  /// Null: nobody counts.
  explicit BlockPool(MemoryAccount* account = nullptr, MemoryUse use = MemoryUse::kReceiving)
      : account_(account), use_(use) {}
  BlockPool(const BlockPool&) = delete;
  BlockPool& operator=(const BlockPool&) = delete;
  ~BlockPool() { drop_spares(); }

  /// The size of a new block that holds so much.
  static std::size_t block_for(std::size_t bytes) {
    return std::bit_ceil(std::max(bytes, kBlockBytesMin));
  }

  /// A block of at least `bytes_min`, with arbitrary contents. The largest spare one goes first:
  /// who needed much will soon need it again, and growing step by step means copying.
  Block take(std::size_t bytes_min);
  void give(Block block);
  /// Frees what is kept for reuse.
  void drop_spares();
  /// The session holds more than its part, so buffers should become as small as they can.
  bool tight() const { return account_ != nullptr && !account_->allows(use_, 0); }

  /// Memory of other kinds that belongs to the same account.
  void count(std::size_t bytes);
  void uncount(std::size_t bytes);

  /// Bytes allocated, in use and spare.
  std::size_t allocated_bytes() const { return allocated_bytes_; }

 private:
  void free(Block& block);

  MemoryAccount* account_;
  std::array<Block, kSpares> spares_;
  std::size_t allocated_bytes_ = 0;
  MemoryUse use_;
};

}  // namespace jetstream::stream
