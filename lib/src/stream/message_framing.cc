// SPDX-License-Identifier: MIT
#include "stream/message_framing.h"

#include <algorithm>
#include <array>

#include "stream/violation.h"
#include "wire/varint.h"

namespace jetstream::stream {

std::optional<MessagePrefix> peek_prefix(const RecvBuffer& buffer, std::uint64_t offset) {
  // A copy of at most the longest varint, because the ring may wrap inside it.
  std::array<std::uint8_t, 8> head;
  const std::uint64_t there = std::min<std::uint64_t>(head.size(), buffer.contiguous() - offset);
  base::ByteWriter copy(head);
  while (copy.position() < there) {
    copy.write_bytes(buffer.view(offset + copy.position(), there - copy.position()));
  }
  base::ByteReader reader(copy.written());
  const std::optional<std::uint64_t> message_size = wire::read_varint(reader);
  if (!message_size) return std::nullopt;
  return MessagePrefix{*message_size, reader.position()};
}

void append_message(RecvBuffer& buffer, Bytes message) {
  std::array<std::uint8_t, 8> prefix;
  base::ByteWriter writer(prefix);
  wire::write_varint(writer, message.size());
  buffer.append(writer.written());
  buffer.append(message);
}

/// [STR-14]
Result<void, Violation> MessageCheck::advance(const RecvBuffer& buffer,
                                              std::optional<std::uint64_t> end,
                                              std::uint64_t message_bytes_max) {
  while (next_prefix_ < buffer.contiguous()) {
    const std::optional<MessagePrefix> prefix = peek_prefix(buffer, next_prefix_);
    if (!prefix) break;
    if (prefix->message_size > message_bytes_max) {
      return violated(TransportCode::kProtocolViolation, "message larger than message_bytes_max",
                      wire::FrameType::kStream);
    }
    next_prefix_ += prefix->size + prefix->message_size;
  }
  const bool cut_off =
      end && (next_prefix_ > *end || (buffer.contiguous() == *end && next_prefix_ != *end));
  if (cut_off) {
    return violated(TransportCode::kProtocolViolation, "stream ends inside a message",
                    wire::FrameType::kStream);
  }
  return {};
}

}  // namespace jetstream::stream
