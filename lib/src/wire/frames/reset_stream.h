// SPDX-License-Identifier: MIT
#pragma once

#include "wire/frames/common.h"

namespace jetstream::wire {

/// The sender abandons its side of a stream: stream v, code v, final_size v.
struct ResetStreamFrame {
  StreamId stream;
  std::uint64_t code = 0;  ///< The application's.
  /// Where the stream ends, so that both sides count the same bytes against MAX_DATA.
  std::uint64_t final_size = 0;
};

inline Parsed<ResetStreamFrame> parse_reset_stream(base::ByteReader& reader) {
  ResetStreamFrame frame;
  if (!read_stream_id(reader, frame.stream)) {
    return malformed(FrameType::kResetStream, "RESET_STREAM names no valid stream");
  }
  if (!read_varints(reader, frame.code, frame.final_size)) {
    return malformed(FrameType::kResetStream, "RESET_STREAM is cut off");
  }
  return frame;
}

inline std::size_t encoded_size(const ResetStreamFrame& frame) {
  return 1 + varint_size(frame.stream.value()) + varint_size(frame.code) +
         varint_size(frame.final_size);
}

inline void write(base::ByteWriter& writer, const ResetStreamFrame& frame) {
  write_type(writer, FrameType::kResetStream);
  write_varint(writer, frame.stream.value());
  write_varint(writer, frame.code);
  write_varint(writer, frame.final_size);
}

}  // namespace jetstream::wire
