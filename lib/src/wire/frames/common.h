// SPDX-License-Identifier: MIT
//
// What the frames have in common: their type bytes and how reading one fails.
#pragma once

#include <limits>

#include "base/bytes.h"
#include "jetstream/error.h"
#include "jetstream/result.h"
#include "jetstream/types.h"
#include "wire/varint.h"

namespace jetstream::wire {

enum class FrameType : std::uint8_t {
  kPadding = 0x00,
  kPing = 0x01,
  kAck = 0x02,
  kResetStream = 0x04,
  kStopSending = 0x05,
  kStream = 0x08,  ///< to 0x0f: the low bits are those of StreamFrame.
  kStreamLast = 0x0f,
  kMaxData = 0x10,
  kMaxStreamData = 0x11,
  kMaxStreams = 0x12,
  kDataBlocked = 0x14,
  kStreamDataBlocked = 0x15,
  kOpen = 0x18,
  kMsg = 0x19,
  kPathChallenge = 0x1a,
  kPathResponse = 0x1b,
  kClose = 0x1c,
  kGoAway = 0x1d,
  kHandshakeDone = 0x1e,
  kMsgSkip = 0x1f,
  kHeartbeatPing = 0x20,
  kHeartbeatPong = 0x21,
  kNewTicket = 0x22,
  kTicketRequest = 0x23,
  kAddressToken = 0x24,
  kNewConnectionId = 0x25,
  kRetireConnectionId = 0x26,
};

inline void write_type(base::ByteWriter& writer, FrameType type) {
  writer.write_u8(static_cast<std::uint8_t>(type));
}

/// A frame, or how it is malformed: cut off [ENC-9], or with a field that may not be so.
template <class F>
using Parsed = Result<F, Violation>;

inline tl::unexpected<Violation> malformed(FrameType type, std::string_view reason) {
  return unexpected(
      Violation{TransportCode::kFrameEncodingError, reason, static_cast<std::uint64_t>(type)});
}

/// A stream where one is named: 32 bits, and never the control stream, which has no number on the
/// wire [ENC-10].
inline bool read_stream_id(base::ByteReader& reader, StreamId& stream) {
  const std::optional<std::uint64_t> value = read_varint(reader);
  if (!value || *value == 0 || *value > std::numeric_limits<std::uint32_t>::max()) return false;
  stream = StreamId(static_cast<std::uint32_t>(*value));
  return true;
}

}  // namespace jetstream::wire
