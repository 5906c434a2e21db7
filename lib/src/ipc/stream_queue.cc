// SPDX-License-Identifier: MIT
#include "ipc/stream_queue.h"

#include <utility>

namespace jetstream::ipc {

void StreamQueue::push(std::string_view line) {
  const std::string gap = lost_ > 0 ? gap_(lost_) : std::string();
  if (bytes_.size() + gap.size() + line.size() > bytes_max_) {
    ++lost_;
    return;
  }
  bytes_ += gap;
  bytes_ += line;
  lost_ = 0;
}

void StreamQueue::push_always(std::string_view lines) {
  bytes_ = take();
  bytes_ += lines;
}

std::string StreamQueue::take() {
  std::string all = std::exchange(bytes_, {});
  if (lost_ > 0) all += gap_(std::exchange(lost_, 0));
  return all;
}

}  // namespace jetstream::ipc
