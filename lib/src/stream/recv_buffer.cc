// SPDX-License-Identifier: MIT
#include "stream/recv_buffer.h"

#include <algorithm>

#include "base/assert.h"

namespace jetstream::stream {

bool RecvBuffer::opens_gap(std::uint64_t offset, std::uint64_t length) const {
  // One more on either side, because ranges that touch become one.
  return length > 0 && offset > contiguous_ && !beyond_.overlaps(offset - 1, offset + length + 1);
}

void RecvBuffer::insert(std::uint64_t offset, Bytes bytes) {
  const std::uint64_t end_offset = offset + bytes.size();
  const std::uint64_t first_new = std::max(offset, contiguous_);
  if (first_new >= end_offset) return;

  ring_.reserve(begin_, end(), std::max(end(), end_offset));
  std::uint64_t from = first_new;
  while (auto missing = beyond_.first_gap(from, end_offset)) {
    ring_.write(missing->begin, bytes.subspan(static_cast<std::size_t>(missing->begin - offset),
                                              static_cast<std::size_t>(missing->size())));
    from = missing->end;
  }

  *gap_total_ -= static_cast<std::uint32_t>(gaps());
  if (first_new > contiguous_) {
    beyond_.insert(first_new, end_offset);
  } else {
    contiguous_ = end_offset;
    while (!beyond_.empty() && beyond_.front().begin <= contiguous_) {
      contiguous_ = std::max(contiguous_, beyond_.pop_front().end);
    }
  }
  *gap_total_ += static_cast<std::uint32_t>(gaps());
}

void RecvBuffer::consume(std::uint64_t length) {
  JS_ASSERT(length <= contiguous_ - begin_);
  begin_ += length;
  if (begin_ == end()) return ring_.release();
  ring_.shrink(begin_, end());
}

void RecvBuffer::clear() {
  *gap_total_ -= static_cast<std::uint32_t>(gaps());
  begin_ = contiguous_ = end();
  beyond_.clear();
  ring_.release();
}

}  // namespace jetstream::stream
