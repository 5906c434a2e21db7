// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string_view>

#include "wire/frames/common.h"

namespace jetstream::wire {

inline constexpr std::size_t kCloseMessageSizeMax = 255;

/// The session ends: reason u8, error_code v, frame_type v, retry_after_ms v, length of alternate
/// u8 (0 or 18), alternate (ip16, port u16), length of message v, message.
struct CloseFrame {
  CloseReason reason = CloseReason::kNormal;
  /// A TransportCode, perhaps one this side does not know.
  std::uint64_t error_code = 0;
  /// The frame that was at fault, 0 if none was.
  std::uint64_t frame_type = 0;
  /// When trying again makes sense, in milliseconds; 0 says nothing about it.
  std::uint64_t retry_after_ms = 0;
  /// Where to go instead. Its scope does not travel.
  std::optional<PeerAddress> alternate;
  /// For people; at most kCloseMessageSizeMax bytes that nobody has checked for UTF-8. When parsed,
  /// a view of the packet.
  std::string_view message;
};

Parsed<CloseFrame> parse_close(base::ByteReader& reader);
std::size_t encoded_size(const CloseFrame& frame);
void write(base::ByteWriter& writer, const CloseFrame& frame);

}  // namespace jetstream::wire
