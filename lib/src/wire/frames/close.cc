// SPDX-License-Identifier: MIT
#include "wire/frames/close.h"

#include "wire/frames/alternate.h"

namespace jetstream::wire {
namespace {

tl::unexpected<Violation> close_is_cut_off() {
  return malformed(FrameType::kClose, "CLOSE is cut off");
}

}  // namespace

/// Checks the lengths and the reason; what the code means is nobody's affair here [ENC-14].
Parsed<CloseFrame> parse_close(base::ByteReader& reader) {
  CloseFrame frame;
  const std::optional<std::uint8_t> reason = reader.read_u8();
  if (!reason) return close_is_cut_off();
  if (*reason > kCloseReasonMax) return malformed(FrameType::kClose, "CLOSE has no valid reason");
  frame.reason = static_cast<CloseReason>(*reason);
  if (!read_varints(reader, frame.error_code, frame.frame_type, frame.retry_after_ms)) {
    return close_is_cut_off();
  }

  if (!read_alternate(reader, frame.alternate)) {
    return malformed(FrameType::kClose, "CLOSE is cut off, or has no valid alternate address");
  }

  std::uint64_t message_size = 0;
  if (!read_varints(reader, message_size)) return close_is_cut_off();
  if (message_size > kCloseMessageSizeMax) {
    return malformed(FrameType::kClose, "CLOSE has a message that is too long");
  }
  const std::optional<Bytes> message = reader.read_bytes(static_cast<std::size_t>(message_size));
  if (!message) return close_is_cut_off();
  frame.message = as_text(*message);
  return frame;
}

std::size_t encoded_size(const CloseFrame& frame) {
  return 2 + varint_size(frame.error_code) + varint_size(frame.frame_type) +
         varint_size(frame.retry_after_ms) + alternate_size(frame.alternate) +
         varint_size(frame.message.size()) + frame.message.size();
}

void write(base::ByteWriter& writer, const CloseFrame& frame) {
  JS_ASSERT(frame.message.size() <= kCloseMessageSizeMax);
  write_type(writer, FrameType::kClose);
  writer.write_u8(static_cast<std::uint8_t>(frame.reason));
  write_varint(writer, frame.error_code);
  write_varint(writer, frame.frame_type);
  write_varint(writer, frame.retry_after_ms);
  write_alternate(writer, frame.alternate);
  write_varint(writer, frame.message.size());
  writer.write_bytes(as_bytes(frame.message));
}

}  // namespace jetstream::wire
