// SPDX-License-Identifier: MIT
#pragma once

#include "wire/frames/common.h"

namespace jetstream::wire {

/// The same for MAX_STREAM_DATA of one stream: stream v, maximum v.
struct StreamDataBlockedFrame {
  StreamId stream;
  std::uint64_t maximum = 0;
};

inline Parsed<StreamDataBlockedFrame> parse_stream_data_blocked(base::ByteReader& reader) {
  StreamDataBlockedFrame frame;
  if (!read_stream_id(reader, frame.stream)) {
    return malformed(FrameType::kStreamDataBlocked, "STREAM_DATA_BLOCKED names no valid stream");
  }
  if (!read_varints(reader, frame.maximum)) {
    return malformed(FrameType::kStreamDataBlocked, "STREAM_DATA_BLOCKED is cut off");
  }
  return frame;
}

inline std::size_t encoded_size(const StreamDataBlockedFrame& frame) {
  return 1 + varint_size(frame.stream.value()) + varint_size(frame.maximum);
}

inline void write(base::ByteWriter& writer, const StreamDataBlockedFrame& frame) {
  write_type(writer, FrameType::kStreamDataBlocked);
  write_varint(writer, frame.stream.value());
  write_varint(writer, frame.maximum);
}

}  // namespace jetstream::wire
