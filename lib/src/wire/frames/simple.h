// SPDX-License-Identifier: MIT
//
// PADDING, PING and HANDSHAKE_DONE: nothing but a type.
#pragma once

#include "wire/frames/common.h"

namespace jetstream::wire {

/// A run of zero bytes, read as one frame.
struct PaddingFrame {
  std::size_t count = 1;
};

/// Asks for an acknowledgement.
struct PingFrame {};

/// The server has verified the client's Finished. Only servers send it.
struct HandshakeDoneFrame {};

inline std::size_t encoded_size(const PaddingFrame& frame) { return frame.count; }
inline std::size_t encoded_size(const PingFrame&) { return 1; }
inline std::size_t encoded_size(const HandshakeDoneFrame&) { return 1; }

inline void write(base::ByteWriter& writer, const PaddingFrame& frame) {
  for (std::uint8_t& byte : writer.skip(frame.count)) byte = 0;
}
inline void write(base::ByteWriter& writer, const PingFrame&) {
  write_type(writer, FrameType::kPing);
}
inline void write(base::ByteWriter& writer, const HandshakeDoneFrame&) {
  write_type(writer, FrameType::kHandshakeDone);
}

}  // namespace jetstream::wire
