// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "jetstream/types.h"

namespace jetstream::wire {

enum class MessageType : std::uint8_t {
  kClientHello = 1,
  kServerHello = 2,
  kServerParams = 8,
  kServerVerify = 15,    ///< Body: a signature, 64 bytes.
  kClientVerify = 16,    ///< Body: a CBOR map, then a signature.
  kServerFinished = 20,  ///< Body: a MAC, 32 bytes.
  kClientFinished = 21,  ///< Body: a MAC, 32 bytes.
  kClose = 24,
};

/// Type and the length of the body, 24 bits.
inline constexpr std::size_t kMessageHeaderSize = 4;

/// type(1) || length of body(3) || body. Views of the packet it was read from.
struct HandshakeMessage {
  MessageType type = MessageType::kClientHello;
  Bytes body;
  /// All of it, header included: what goes into the transcript.
  Bytes frame;
};

/// Takes the next message; nullopt, with nothing taken, if it is of an unknown type or not all
/// there.
std::optional<HandshakeMessage> next_message(base::ByteReader& reader);

/// Writes kMessageHeaderSize + body.size() bytes. The body is shorter than 2^24 bytes.
void write_message(base::ByteWriter& writer, MessageType type, Bytes body);

}  // namespace jetstream::wire
