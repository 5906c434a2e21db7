// SPDX-License-Identifier: MIT
//
// NEW_CONNECTION_ID and RETIRE_CONNECTION_ID.
#pragma once

#include <algorithm>

#include "wire/frames/common.h"

namespace jetstream::wire {

/// Another id for the sender of this frame: sequence v, retire_prior_to v, connection_id 8,
/// reset_token 16.
struct NewConnectionIdFrame {
  std::uint64_t sequence = 0;
  /// Ids with smaller sequences are to be retired; at most `sequence`.
  std::uint64_t retire_prior_to = 0;
  ConnectionId id;
  ResetToken reset_token{};
};

/// The receiver's id with that sequence is not used any more: sequence v.
struct RetireConnectionIdFrame {
  std::uint64_t sequence = 0;
};

inline Parsed<NewConnectionIdFrame> parse_new_connection_id(base::ByteReader& reader) {
  NewConnectionIdFrame frame;
  const bool numbers = read_varints(reader, frame.sequence, frame.retire_prior_to);
  const auto id = numbers ? reader.read_bytes(ConnectionId::kSize) : std::nullopt;
  const auto token = id ? reader.read_bytes(frame.reset_token.size()) : std::nullopt;
  if (!token) return malformed(FrameType::kNewConnectionId, "NEW_CONNECTION_ID is cut off");
  if (frame.retire_prior_to > frame.sequence) {  // [ENC-15]
    return malformed(FrameType::kNewConnectionId, "NEW_CONNECTION_ID retires itself");
  }
  std::ranges::copy(*id, frame.id.bytes.begin());
  std::ranges::copy(*token, frame.reset_token.begin());
  return frame;
}

inline Parsed<RetireConnectionIdFrame> parse_retire_connection_id(base::ByteReader& reader) {
  RetireConnectionIdFrame frame;
  if (!read_varints(reader, frame.sequence)) {
    return malformed(FrameType::kRetireConnectionId, "RETIRE_CONNECTION_ID is cut off");
  }
  return frame;
}

inline std::size_t encoded_size(const NewConnectionIdFrame& frame) {
  return 1 + varint_size(frame.sequence) + varint_size(frame.retire_prior_to) +
         ConnectionId::kSize + frame.reset_token.size();
}

inline std::size_t encoded_size(const RetireConnectionIdFrame& frame) {
  return 1 + varint_size(frame.sequence);
}

inline void write(base::ByteWriter& writer, const NewConnectionIdFrame& frame) {
  write_type(writer, FrameType::kNewConnectionId);
  write_varint(writer, frame.sequence);
  write_varint(writer, frame.retire_prior_to);
  writer.write_bytes(frame.id.bytes);
  writer.write_bytes(frame.reset_token);
}

inline void write(base::ByteWriter& writer, const RetireConnectionIdFrame& frame) {
  write_type(writer, FrameType::kRetireConnectionId);
  write_varint(writer, frame.sequence);
}

}  // namespace jetstream::wire
