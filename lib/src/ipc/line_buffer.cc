// SPDX-License-Identifier: MIT
#include "ipc/line_buffer.h"

namespace jetstream::ipc {

void LineBuffer::append(std::string_view chunk) {
  bytes_.erase(0, begin_);
  scanned_ -= begin_;
  begin_ = 0;
  bytes_ += chunk;
}

std::optional<std::string_view> LineBuffer::next_line() {
  if (too_long_) return std::nullopt;
  const std::size_t end = bytes_.find('\n', scanned_);
  const std::size_t size = (end == std::string::npos ? bytes_.size() : end) - begin_;
  if (size > line_bytes_max_) {
    too_long_ = true;
    return std::nullopt;
  }
  if (end == std::string::npos) {
    scanned_ = bytes_.size();
    return std::nullopt;
  }
  const std::string_view line = std::string_view(bytes_).substr(begin_, size);
  begin_ = scanned_ = end + 1;
  return line;
}

}  // namespace jetstream::ipc
