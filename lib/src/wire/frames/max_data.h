// SPDX-License-Identifier: MIT
#pragma once

#include "wire/frames/common.h"

namespace jetstream::wire {

/// How many bytes the receiver of this frame may send on all streams together, counted from the
/// beginning of the session: maximum v.
struct MaxDataFrame {
  std::uint64_t maximum = 0;
};

inline Parsed<MaxDataFrame> parse_max_data(base::ByteReader& reader) {
  MaxDataFrame frame;
  if (!read_varints(reader, frame.maximum)) {
    return malformed(FrameType::kMaxData, "MAX_DATA is cut off");
  }
  return frame;
}

inline std::size_t encoded_size(const MaxDataFrame& frame) {
  return 1 + varint_size(frame.maximum);
}

inline void write(base::ByteWriter& writer, const MaxDataFrame& frame) {
  write_type(writer, FrameType::kMaxData);
  write_varint(writer, frame.maximum);
}

}  // namespace jetstream::wire
