// SPDX-License-Identifier: MIT
#pragma once

#include "wire/frames/common.h"

namespace jetstream::wire {

/// The receiver no longer wants a stream's data: stream v, code v.
struct StopSendingFrame {
  StreamId stream;
  std::uint64_t code = 0;  ///< The application's.
};

inline Parsed<StopSendingFrame> parse_stop_sending(base::ByteReader& reader) {
  StopSendingFrame frame;
  if (!read_stream_id(reader, frame.stream)) {
    return malformed(FrameType::kStopSending, "STOP_SENDING names no valid stream");
  }
  if (!read_varints(reader, frame.code)) {
    return malformed(FrameType::kStopSending, "STOP_SENDING is cut off");
  }
  return frame;
}

inline std::size_t encoded_size(const StopSendingFrame& frame) {
  return 1 + varint_size(frame.stream.value()) + varint_size(frame.code);
}

inline void write(base::ByteWriter& writer, const StopSendingFrame& frame) {
  write_type(writer, FrameType::kStopSending);
  write_varint(writer, frame.stream.value());
  write_varint(writer, frame.code);
}

}  // namespace jetstream::wire
