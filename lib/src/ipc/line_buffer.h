// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace jetstream::ipc {

/// Cuts a byte stream into lines. Holds at most one chunk more than the longest line.
class LineBuffer {
 public:
  /// `line_bytes_max` does not count the newline.
  explicit LineBuffer(std::size_t line_bytes_max) : line_bytes_max_(line_bytes_max) {}

  void append(std::string_view chunk);

  /// The next whole line without its newline, valid until the next append(). Nothing: append more,
  /// unless too_long().
  std::optional<std::string_view> next_line();

  /// What follows can't become a line of permitted length, whatever comes. Only meaningful when
  /// next_line() has just given nothing.
  bool too_long() const { return too_long_; }
  /// Nothing is waiting for its newline.
  bool empty() const { return begin_ == bytes_.size(); }
  /// Bytes that were appended and not given out.
  std::size_t size() const { return bytes_.size() - begin_; }

 private:
  std::size_t line_bytes_max_;
  std::string bytes_;
  std::size_t begin_ = 0;    ///< Before it, everything was given out.
  std::size_t scanned_ = 0;  ///< Before it, there is no newline.
  bool too_long_ = false;
};

}  // namespace jetstream::ipc
