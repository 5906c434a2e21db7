// SPDX-License-Identifier: MIT
#pragma once

#include "wire/frames/common.h"

namespace jetstream::wire {

/// A message of a stream whose messages travel one by one, or a part of it: stream v, seq v,
/// frag_offset v, total v, length v, data.
struct MsgFrame {
  StreamId stream;
  std::uint64_t seq = 0;          ///< Counts the messages of this direction from 0.
  std::uint64_t frag_offset = 0;  ///< Where in the message `data` belongs.
  std::uint64_t total = 0;        ///< Bytes of the whole message.
  Bytes data;                     ///< When parsed, a view of the packet.

  bool whole() const { return data.size() == total; }
};

/// Refuses parts that lie outside of their message or bring nothing [MSG-1].
inline Parsed<MsgFrame> parse_msg(base::ByteReader& reader) {
  MsgFrame frame;
  if (!read_stream_id(reader, frame.stream)) {
    return malformed(FrameType::kMsg, "MSG names no valid stream");
  }
  std::uint64_t length = 0;
  if (!read_varints(reader, frame.seq, frame.frag_offset, frame.total, length) ||
      length > reader.remaining()) {
    return malformed(FrameType::kMsg, "MSG is cut off");
  }
  if (frame.frag_offset > frame.total || length > frame.total - frame.frag_offset) {
    return malformed(FrameType::kMsg, "MSG goes beyond the end of its message");
  }
  if (length == 0 && frame.total > 0) return malformed(FrameType::kMsg, "MSG brings nothing");
  frame.data = *reader.read_bytes(static_cast<std::size_t>(length));
  return frame;
}

/// Bytes in front of the data when at most `data_size_max` bytes of it follow.
constexpr std::size_t msg_frame_overhead(StreamId stream, std::uint64_t seq,
                                         std::uint64_t frag_offset, std::uint64_t total,
                                         std::size_t data_size_max) {
  return 1 + varint_size(stream.value()) + varint_size(seq) + varint_size(frag_offset) +
         varint_size(total) + varint_size(data_size_max);
}

inline std::size_t encoded_size(const MsgFrame& frame) {
  return msg_frame_overhead(frame.stream, frame.seq, frame.frag_offset, frame.total,
                            frame.data.size()) +
         frame.data.size();
}

inline void write(base::ByteWriter& writer, const MsgFrame& frame) {
  write_type(writer, FrameType::kMsg);
  write_varint(writer, frame.stream.value());
  write_varint(writer, frame.seq);
  write_varint(writer, frame.frag_offset);
  write_varint(writer, frame.total);
  write_varint(writer, frame.data.size());
  writer.write_bytes(frame.data);
}

}  // namespace jetstream::wire
