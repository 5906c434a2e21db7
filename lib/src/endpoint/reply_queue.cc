// SPDX-License-Identifier: MIT
#include "endpoint/reply_queue.h"

#include <algorithm>

namespace jetstream::endpoint {

MutableBytes ReplyQueue::reserve(const Path& path) {
  if (count_ == replies_.size()) return {};
  replies_[count_].path = path;
  return replies_[count_].bytes;
}

void ReplyQueue::commit(std::size_t size) {
  if (size == 0) return;
  replies_[count_++].size = size;
}

bool ReplyQueue::pop(MutableBytes buffer, Train& train) {
  if (next_ == count_) {
    next_ = count_ = 0;
    return false;
  }
  const Reply& reply = replies_[next_++];
  std::copy_n(reply.bytes.begin(), reply.size, buffer.begin());
  train = Train{.path = reply.path, .bytes = buffer.first(reply.size), .segment_bytes = reply.size};
  return true;
}

}  // namespace jetstream::endpoint
