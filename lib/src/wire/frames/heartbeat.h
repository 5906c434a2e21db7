// SPDX-License-Identifier: MIT
#pragma once

#include "wire/frames/common.h"

namespace jetstream::wire {

/// "Are you there?", or the answer with the same sequence: sequence v.
struct HeartbeatFrame {
  std::uint64_t sequence = 0;
  bool is_response = false;
};

inline Parsed<HeartbeatFrame> parse_heartbeat(FrameType type, base::ByteReader& reader) {
  HeartbeatFrame frame;
  frame.is_response = type == FrameType::kHeartbeatPong;
  if (!read_varints(reader, frame.sequence)) return malformed(type, "HEARTBEAT is cut off");
  return frame;
}

inline std::size_t encoded_size(const HeartbeatFrame& frame) {
  return 1 + varint_size(frame.sequence);
}

inline void write(base::ByteWriter& writer, const HeartbeatFrame& frame) {
  write_type(writer, frame.is_response ? FrameType::kHeartbeatPong : FrameType::kHeartbeatPing);
  write_varint(writer, frame.sequence);
}

}  // namespace jetstream::wire
