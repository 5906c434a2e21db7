// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace jetstream::ipc {

/// Lines on their way to a reader who may be slower than their writer. A line that does not fit is
/// lost and counted, and a line that says how many were lost stands where they would have stood.
class StreamQueue {
 public:
  /// Makes the line, with its newline, that stands for so many lost ones.
  using Gap = std::function<std::string(std::uint64_t lost)>;

  StreamQueue(std::size_t bytes_max, Gap gap) : bytes_max_(bytes_max), gap_(std::move(gap)) {}

  /// Adds a line, newline included, or counts it as lost.
  void push(std::string_view line);
  /// Adds lines that are never lost: the first and the last ones of a stream, which are few.
  void push_always(std::string_view lines);
  /// All that waits, in order. Empty if nothing does.
  std::string take();

 private:
  std::size_t bytes_max_;
  Gap gap_;
  std::string bytes_;
  std::uint64_t lost_ = 0;  ///< Behind `bytes_`.
};

}  // namespace jetstream::ipc
