// SPDX-License-Identifier: MIT
//
// PATH_CHALLENGE and PATH_RESPONSE: 8 bytes that only come back if the path goes both ways.
#pragma once

#include <algorithm>
#include <array>

#include "wire/frames/common.h"

namespace jetstream::wire {

/// Unpredictable, so that who answers has seen them.
using PathData = std::array<std::uint8_t, 8>;

struct PathChallengeFrame {
  PathData data{};
};

/// The bytes of a challenge, back on the way it came.
struct PathResponseFrame {
  PathData data{};
};

inline bool read_path_data(base::ByteReader& reader, PathData& data) {
  const std::optional<Bytes> bytes = reader.read_bytes(data.size());
  if (bytes) std::ranges::copy(*bytes, data.begin());
  return bytes.has_value();
}

inline Parsed<PathChallengeFrame> parse_path_challenge(base::ByteReader& reader) {
  PathChallengeFrame frame;
  if (!read_path_data(reader, frame.data)) {
    return malformed(FrameType::kPathChallenge, "PATH_CHALLENGE is cut off");
  }
  return frame;
}

inline Parsed<PathResponseFrame> parse_path_response(base::ByteReader& reader) {
  PathResponseFrame frame;
  if (!read_path_data(reader, frame.data)) {
    return malformed(FrameType::kPathResponse, "PATH_RESPONSE is cut off");
  }
  return frame;
}

inline std::size_t encoded_size(const PathChallengeFrame& frame) { return 1 + frame.data.size(); }
inline std::size_t encoded_size(const PathResponseFrame& frame) { return 1 + frame.data.size(); }

inline void write(base::ByteWriter& writer, const PathChallengeFrame& frame) {
  write_type(writer, FrameType::kPathChallenge);
  writer.write_bytes(frame.data);
}

inline void write(base::ByteWriter& writer, const PathResponseFrame& frame) {
  write_type(writer, FrameType::kPathResponse);
  writer.write_bytes(frame.data);
}

}  // namespace jetstream::wire
