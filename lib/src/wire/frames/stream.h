// SPDX-License-Identifier: MIT
#pragma once

#include "wire/frames/common.h"

namespace jetstream::wire {

/// Data of a stream: stream v, [offset v], [length v], data. Three bits of the type say what is
/// there (RFC 9000 19.8); without a length the data reaches the end of the packet.
struct StreamFrame {
  StreamId stream;
  std::uint64_t offset = 0;
  Bytes data;  ///< When parsed, a view of the packet.
  bool fin = false;
};

inline constexpr std::uint8_t kStreamOffsetBit = 0x04;
inline constexpr std::uint8_t kStreamLengthBit = 0x02;
inline constexpr std::uint8_t kStreamFinBit = 0x01;

/// In the header because it runs twice for every packet of data.
inline Parsed<StreamFrame> parse_stream(FrameType type, base::ByteReader& reader) {
  const auto bits = static_cast<std::uint8_t>(type);
  StreamFrame frame;
  frame.fin = (bits & kStreamFinBit) != 0;
  if (!read_stream_id(reader, frame.stream)) {
    return malformed(type, "STREAM names no valid stream");
  }
  if ((bits & kStreamOffsetBit) != 0 && !read_varints(reader, frame.offset)) {
    return malformed(type, "STREAM is cut off");
  }
  std::uint64_t length = reader.remaining();
  if ((bits & kStreamLengthBit) != 0 && !read_varints(reader, length)) {
    return malformed(type, "STREAM is cut off");
  }
  if (length > reader.remaining()) return malformed(type, "STREAM is cut off");
  if (length > kVarintMax - frame.offset) {  // [ENC-11]
    return malformed(type, "STREAM goes beyond the last offset");
  }
  frame.data = *reader.read_bytes(static_cast<std::size_t>(length));
  return frame;
}

/// Bytes in front of the data when at most `data_size_max` bytes of it follow.
constexpr std::size_t stream_frame_overhead(StreamId stream, std::uint64_t offset,
                                            std::size_t data_size_max) {
  return 1 + varint_size(stream.value()) + (offset > 0 ? varint_size(offset) : 0) +
         varint_size(data_size_max);
}

inline std::size_t encoded_size(const StreamFrame& frame) {
  return stream_frame_overhead(frame.stream, frame.offset, frame.data.size()) + frame.data.size();
}

/// Always with a length, so that frames may follow; with the offset unless it is 0.
inline void write(base::ByteWriter& writer, const StreamFrame& frame) {
  writer.write_u8(static_cast<std::uint8_t>(
      static_cast<unsigned>(FrameType::kStream) | kStreamLengthBit |
      (frame.offset > 0 ? kStreamOffsetBit : 0u) | (frame.fin ? kStreamFinBit : 0u)));
  write_varint(writer, frame.stream.value());
  if (frame.offset > 0) write_varint(writer, frame.offset);
  write_varint(writer, frame.data.size());
  writer.write_bytes(frame.data);
}

}  // namespace jetstream::wire
