// SPDX-License-Identifier: MIT
#include "stream/ring.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/assert.h"

namespace jetstream::stream {

void Ring::reserve(std::uint64_t begin, std::uint64_t kept_end, std::uint64_t end) {
  if (end - begin <= block_.size) return;
  move_to(pool_->take(static_cast<std::size_t>(end - begin)), begin, kept_end);
}

/// Only what saves at least three quarters is worth the copy.
void Ring::shrink(std::uint64_t begin, std::uint64_t end) {
  if (!pool_->tight() || 4 * (end - begin) > block_.size) return;
  if (block_.size == BlockPool::kBlockBytesMin) return;
  pool_->drop_spares();
  move_to(pool_->take(static_cast<std::size_t>(end - begin)), begin, end);
}

void Ring::move_to(Block block, std::uint64_t begin, std::uint64_t end) {
  Block old = std::exchange(block_, std::move(block));
  if (old.size == 0) return;
  for (std::uint64_t offset = begin; offset < end;) {
    const std::size_t place = static_cast<std::size_t>(offset) & (old.size - 1);
    const auto piece =
        static_cast<std::size_t>(std::min<std::uint64_t>(end - offset, old.size - place));
    write(offset, {old.bytes.get() + place, piece});
    offset += piece;
  }
  pool_->give(std::move(old));
}

void Ring::write(std::uint64_t offset, Bytes bytes) {
  JS_ASSERT(bytes.size() <= block_.size);
  if (bytes.empty()) return;
  const std::size_t place = place_of(offset);
  const std::size_t before_wrap = std::min(bytes.size(), block_.size - place);
  std::memcpy(block_.bytes.get() + place, bytes.data(), before_wrap);
  if (before_wrap == bytes.size()) return;
  std::memcpy(block_.bytes.get(), bytes.data() + before_wrap, bytes.size() - before_wrap);
}

Bytes Ring::view(std::uint64_t offset, std::uint64_t length) const {
  if (length == 0) return {};
  JS_ASSERT(length <= block_.size);
  const std::size_t place = place_of(offset);
  return {block_.bytes.get() + place,
          std::min(static_cast<std::size_t>(length), block_.size - place)};
}

void Ring::release() {
  if (block_.size > 0) pool_->give(std::exchange(block_, Block{}));
}

}  // namespace jetstream::stream
