// SPDX-License-Identifier: MIT
#pragma once

#include "wire/frames/common.h"

namespace jetstream::wire {

/// Messages that never come any more: stream v, seq_below v, credit_total_below v.
struct MsgSkipFrame {
  StreamId stream;
  std::uint64_t seq_below = 0;
  std::uint64_t credit_total_below = 0;
};

inline Parsed<MsgSkipFrame> parse_msg_skip(base::ByteReader& reader) {
  MsgSkipFrame frame;
  if (!read_stream_id(reader, frame.stream)) {
    return malformed(FrameType::kMsgSkip, "MSG_SKIP names no valid stream");
  }
  if (!read_varints(reader, frame.seq_below, frame.credit_total_below)) {
    return malformed(FrameType::kMsgSkip, "MSG_SKIP is cut off");
  }
  return frame;
}

inline std::size_t encoded_size(const MsgSkipFrame& frame) {
  return 1 + varint_size(frame.stream.value()) + varint_size(frame.seq_below) +
         varint_size(frame.credit_total_below);
}

inline void write(base::ByteWriter& writer, const MsgSkipFrame& frame) {
  write_type(writer, FrameType::kMsgSkip);
  write_varint(writer, frame.stream.value());
  write_varint(writer, frame.seq_below);
  write_varint(writer, frame.credit_total_below);
}

}  // namespace jetstream::wire
