// SPDX-License-Identifier: MIT
#include "wire/frame.h"

#include <algorithm>
#include <array>

namespace jetstream::wire {
namespace {

// In the order of Frame's alternatives, which is that of the types.
constexpr std::array<FrameRules, std::variant_size_v<Frame>> kRules = {{
    // name, ack_eliciting, retransmitted, in_early_data, before_done, while_closing, types
    {"PADDING", false, false, true, true, false, 0x00, 0x00},
    {"PING", true, false, true, true, false, 0x01, 0x01},
    {"ACK", false, false, false, true, false, 0x02, 0x02},
    {"RESET_STREAM", true, true, true, true, false, 0x04, 0x04},
    {"STOP_SENDING", true, true, false, true, false, 0x05, 0x05},
    {"STREAM", true, true, true, true, false, 0x08, 0x0f},
    {"MAX_DATA", true, true, false, true, false, 0x10, 0x10},
    {"MAX_STREAM_DATA", true, true, false, true, false, 0x11, 0x11},
    {"MAX_STREAMS", true, true, false, true, false, 0x12, 0x12},
    {"DATA_BLOCKED", true, true, false, true, false, 0x14, 0x14},
    {"STREAM_DATA_BLOCKED", true, true, false, true, false, 0x15, 0x15},
    {"OPEN", true, true, true, true, false, 0x18, 0x18},
    {"MSG", true, true, true, true, false, 0x19, 0x19},
    {"PATH_CHALLENGE", true, false, false, false, false, 0x1a, 0x1a},
    {"PATH_RESPONSE", true, false, false, true, false, 0x1b, 0x1b},
    {"CLOSE", false, false, false, true, true, 0x1c, 0x1c},
    {"GOAWAY", true, true, false, true, false, 0x1d, 0x1d},
    {"HANDSHAKE_DONE", true, true, false, false, false, 0x1e, 0x1e},
    {"MSG_SKIP", true, true, false, true, false, 0x1f, 0x1f},
    {"HEARTBEAT", false, false, false, true, false, 0x20, 0x21},
    {"NEW_TICKET", true, true, false, true, false, 0x22, 0x22},
    {"TICKET_REQUEST", true, true, false, true, false, 0x23, 0x23},
    {"ADDRESS_TOKEN", true, true, false, false, false, 0x24, 0x24},
    {"NEW_CONNECTION_ID", true, true, false, false, false, 0x25, 0x25},
    {"RETIRE_CONNECTION_ID", true, true, false, false, false, 0x26, 0x26},
}};

template <class F>
Result<Frame, Violation> widened(const Parsed<F>& parsed) {
  if (!parsed) return unexpected(parsed.error());
  return *parsed;
}

/// The zeros from `reader` on, of which there is one in front of it already.
PaddingFrame read_padding(base::ByteReader& reader) {
  const Bytes rest = reader.rest();
  const auto end = std::find_if(rest.begin(), rest.end(), [](std::uint8_t b) { return b != 0; });
  const auto more = static_cast<std::size_t>(end - rest.begin());
  reader.read_bytes(more);
  return {1 + more};
}

}  // namespace

Result<Frame, Violation> FrameReader::next() {
  const std::optional<std::uint8_t> byte = reader_.read_u8();
  JS_ASSERT(byte);
  const auto type = static_cast<FrameType>(*byte);
  if (type >= FrameType::kStream && type <= FrameType::kStreamLast) {
    return widened(parse_stream(type, reader_));
  }
  switch (type) {
    case FrameType::kPadding:
      return read_padding(reader_);
    case FrameType::kPing:
      return PingFrame{};
    case FrameType::kAck:
      return widened(parse_ack(reader_));
    case FrameType::kResetStream:
      return widened(parse_reset_stream(reader_));
    case FrameType::kStopSending:
      return widened(parse_stop_sending(reader_));
    case FrameType::kMaxData:
      return widened(parse_max_data(reader_));
    case FrameType::kMaxStreamData:
      return widened(parse_max_stream_data(reader_));
    case FrameType::kMaxStreams:
      return widened(parse_max_streams(reader_));
    case FrameType::kDataBlocked:
      return widened(parse_data_blocked(reader_));
    case FrameType::kStreamDataBlocked:
      return widened(parse_stream_data_blocked(reader_));
    case FrameType::kOpen:
      return widened(parse_open(reader_));
    case FrameType::kMsg:
      return widened(parse_msg(reader_));
    case FrameType::kPathChallenge:
      return widened(parse_path_challenge(reader_));
    case FrameType::kPathResponse:
      return widened(parse_path_response(reader_));
    case FrameType::kNewConnectionId:
      return widened(parse_new_connection_id(reader_));
    case FrameType::kRetireConnectionId:
      return widened(parse_retire_connection_id(reader_));
    case FrameType::kClose:
      return widened(parse_close(reader_));
    case FrameType::kGoAway:
      return widened(parse_goaway(reader_));
    case FrameType::kHandshakeDone:
      return HandshakeDoneFrame{};
    case FrameType::kMsgSkip:
      return widened(parse_msg_skip(reader_));
    case FrameType::kHeartbeatPing:
    case FrameType::kHeartbeatPong:
      return widened(parse_heartbeat(type, reader_));
    case FrameType::kNewTicket:
      return widened(parse_new_ticket(reader_));
    case FrameType::kTicketRequest:
      return widened(parse_ticket_request(reader_));
    case FrameType::kAddressToken:
      return widened(parse_address_token(reader_));
    default:  // [ENC-8]
      return malformed(type, "unknown frame type");
  }
}

std::size_t encoded_size(const Frame& frame) {
  return std::visit([](const auto& kind) { return encoded_size(kind); }, frame);
}

void write(base::ByteWriter& writer, const Frame& frame) {
  std::visit([&writer](const auto& kind) { write(writer, kind); }, frame);
}

const FrameRules& rules_of(const Frame& frame) { return kRules[frame.index()]; }

std::span<const FrameRules> all_frame_rules() { return kRules; }

}  // namespace jetstream::wire
