// SPDX-License-Identifier: MIT
#pragma once

#include "wire/frames/common.h"

namespace jetstream::wire {

/// Streams one side can open in a session: every second 32-bit number, without 0.
inline constexpr std::uint64_t kStreamCountMax = (std::uint64_t{1} << 31) - 1;

/// How many streams the receiver of this frame may open, counted from the beginning of the session:
/// maximum v, at most kStreamCountMax [ENC-11].
struct MaxStreamsFrame {
  std::uint64_t maximum = 0;
};

inline Parsed<MaxStreamsFrame> parse_max_streams(base::ByteReader& reader) {
  MaxStreamsFrame frame;
  if (!read_varints(reader, frame.maximum)) {
    return malformed(FrameType::kMaxStreams, "MAX_STREAMS is cut off");
  }
  if (frame.maximum > kStreamCountMax) {
    return malformed(FrameType::kMaxStreams, "MAX_STREAMS allows more than there are numbers");
  }
  return frame;
}

inline std::size_t encoded_size(const MaxStreamsFrame& frame) {
  return 1 + varint_size(frame.maximum);
}

inline void write(base::ByteWriter& writer, const MaxStreamsFrame& frame) {
  write_type(writer, FrameType::kMaxStreams);
  write_varint(writer, frame.maximum);
}

}  // namespace jetstream::wire
