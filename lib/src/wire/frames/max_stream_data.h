// SPDX-License-Identifier: MIT
#pragma once

#include "wire/frames/common.h"

namespace jetstream::wire {

/// How many bytes the receiver of this frame may send on one stream, counted from its beginning:
/// stream v, maximum v.
struct MaxStreamDataFrame {
  StreamId stream;
  std::uint64_t maximum = 0;
};

inline Parsed<MaxStreamDataFrame> parse_max_stream_data(base::ByteReader& reader) {
  MaxStreamDataFrame frame;
  if (!read_stream_id(reader, frame.stream)) {
    return malformed(FrameType::kMaxStreamData, "MAX_STREAM_DATA names no valid stream");
  }
  if (!read_varints(reader, frame.maximum)) {
    return malformed(FrameType::kMaxStreamData, "MAX_STREAM_DATA is cut off");
  }
  return frame;
}

inline std::size_t encoded_size(const MaxStreamDataFrame& frame) {
  return 1 + varint_size(frame.stream.value()) + varint_size(frame.maximum);
}

inline void write(base::ByteWriter& writer, const MaxStreamDataFrame& frame) {
  write_type(writer, FrameType::kMaxStreamData);
  write_varint(writer, frame.stream.value());
  write_varint(writer, frame.maximum);
}

}  // namespace jetstream::wire
