// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "wire/frames/alternate.h"
#include "wire/frames/common.h"

namespace jetstream::wire {

/// The sender ends the session soon, in order: deadline_ms v, retry_after_ms v, length of alternate
/// u8 (0 or 18), alternate (ip16, port u16).
struct GoAwayFrame {
  /// When it closes at the latest, in milliseconds from now.
  std::uint64_t deadline_ms = 0;
  /// When connecting again makes sense, in milliseconds; 0 says nothing about it.
  std::uint64_t retry_after_ms = 0;
  /// Where to go instead. Its scope does not travel.
  std::optional<PeerAddress> alternate;
};

/// [CLOSE-9]
inline Parsed<GoAwayFrame> parse_goaway(base::ByteReader& reader) {
  GoAwayFrame frame;
  if (!read_varints(reader, frame.deadline_ms, frame.retry_after_ms) ||
      !read_alternate(reader, frame.alternate)) {
    return malformed(FrameType::kGoAway, "GOAWAY is cut off, or has no valid alternate address");
  }
  return frame;
}

inline std::size_t encoded_size(const GoAwayFrame& frame) {
  return 1 + varint_size(frame.deadline_ms) + varint_size(frame.retry_after_ms) +
         alternate_size(frame.alternate);
}

inline void write(base::ByteWriter& writer, const GoAwayFrame& frame) {
  write_type(writer, FrameType::kGoAway);
  write_varint(writer, frame.deadline_ms);
  write_varint(writer, frame.retry_after_ms);
  write_alternate(writer, frame.alternate);
}

}  // namespace jetstream::wire
