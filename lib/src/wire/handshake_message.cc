// SPDX-License-Identifier: MIT
#include "wire/handshake_message.h"

namespace jetstream::wire {
namespace {

constexpr std::size_t kBodySizeLimit = std::size_t{1} << 24;

bool is_known(MessageType type) {
  switch (type) {
    case MessageType::kClientHello:
    case MessageType::kServerHello:
    case MessageType::kServerParams:
    case MessageType::kServerVerify:
    case MessageType::kClientVerify:
    case MessageType::kServerFinished:
    case MessageType::kClientFinished:
    case MessageType::kClose:
      return true;
  }
  return false;
}

}  // namespace

std::optional<HandshakeMessage> next_message(base::ByteReader& reader) {
  base::ByteReader ahead = reader;
  const std::optional<std::uint32_t> header = ahead.read_u32();
  if (!header) return std::nullopt;
  const auto type = static_cast<MessageType>(*header >> 24);
  const std::optional<Bytes> body = ahead.read_bytes(*header % kBodySizeLimit);
  if (!body || !is_known(type)) return std::nullopt;
  const Bytes frame = reader.rest().first(kMessageHeaderSize + body->size());
  reader = ahead;
  return HandshakeMessage{type, *body, frame};
}

void write_message(base::ByteWriter& writer, MessageType type, Bytes body) {
  JS_ASSERT(body.size() < kBodySizeLimit);
  writer.write_u32(static_cast<std::uint32_t>(type) << 24 |
                   static_cast<std::uint32_t>(body.size()));
  writer.write_bytes(body);
}

}  // namespace jetstream::wire
