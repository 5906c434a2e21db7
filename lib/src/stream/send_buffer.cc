// SPDX-License-Identifier: MIT
#include "stream/send_buffer.h"

#include <algorithm>

namespace jetstream::stream {

void SendBuffer::append(Bytes bytes) {
  ring_.reserve(begin_, end_, end_ + bytes.size());
  ring_.write(end_, bytes);
  end_ += bytes.size();
}

void SendBuffer::on_sent(std::uint64_t offset, std::uint64_t length) {
  lost_.erase(offset, offset + length);
  sent_ = std::max(sent_, offset + length);
}

void SendBuffer::on_acked(std::uint64_t offset, std::uint64_t length) {
  const std::uint64_t end = offset + length;
  if (end <= begin_) return;
  lost_.erase(offset, end);
  if (offset > begin_) {
    acked_.insert(offset, end);
    return;
  }
  begin_ = end;
  while (!acked_.empty() && acked_.front().begin <= begin_) {
    begin_ = std::max(begin_, acked_.pop_front().end);
  }
  if (begin_ == end_) return ring_.release();
  ring_.shrink(begin_, end_);
}

void SendBuffer::on_lost(std::uint64_t offset, std::uint64_t length) {
  const std::uint64_t end = offset + length;
  std::uint64_t from = std::max(offset, begin_);
  while (auto missing = acked_.first_gap(from, end)) {
    lost_.insert(missing->begin, missing->end);
    from = missing->end;
  }
}

void SendBuffer::abandon(std::uint64_t offset) {
  sent_ = std::max(sent_, offset);
  on_acked(begin_, offset - begin_);
}

void SendBuffer::clear() {
  begin_ = end_ = sent_;
  acked_.clear();
  lost_.clear();
  ring_.release();
}

}  // namespace jetstream::stream
