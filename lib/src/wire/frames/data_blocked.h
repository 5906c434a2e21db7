// SPDX-License-Identifier: MIT
#pragma once

#include "wire/frames/common.h"

namespace jetstream::wire {

/// The sender has more to say than MAX_DATA lets it: maximum v, the one that stops it.
struct DataBlockedFrame {
  std::uint64_t maximum = 0;
};

inline Parsed<DataBlockedFrame> parse_data_blocked(base::ByteReader& reader) {
  DataBlockedFrame frame;
  if (!read_varints(reader, frame.maximum)) {
    return malformed(FrameType::kDataBlocked, "DATA_BLOCKED is cut off");
  }
  return frame;
}

inline std::size_t encoded_size(const DataBlockedFrame& frame) {
  return 1 + varint_size(frame.maximum);
}

inline void write(base::ByteWriter& writer, const DataBlockedFrame& frame) {
  write_type(writer, FrameType::kDataBlocked);
  write_varint(writer, frame.maximum);
}

}  // namespace jetstream::wire
