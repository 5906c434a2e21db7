// SPDX-License-Identifier: MIT
//
// Frames: what an authenticated packet consists of (docs/PROTOCOL.md, "Frames"). One type byte,
// then the fields; v is a varint. For each struct there is encoded_size(frame) and write(writer,
// frame).
#pragma once

#include <span>
#include <string_view>
#include <variant>

#include "base/bytes.h"
#include "jetstream/result.h"
#include "wire/frames/ack.h"
#include "wire/frames/address_token.h"
#include "wire/frames/close.h"
#include "wire/frames/connection_ids.h"
#include "wire/frames/data_blocked.h"
#include "wire/frames/goaway.h"
#include "wire/frames/heartbeat.h"
#include "wire/frames/max_data.h"
#include "wire/frames/max_stream_data.h"
#include "wire/frames/max_streams.h"
#include "wire/frames/msg.h"
#include "wire/frames/msg_skip.h"
#include "wire/frames/new_ticket.h"
#include "wire/frames/open.h"
#include "wire/frames/path.h"
#include "wire/frames/reset_stream.h"
#include "wire/frames/simple.h"
#include "wire/frames/stop_sending.h"
#include "wire/frames/stream.h"
#include "wire/frames/stream_data_blocked.h"

namespace jetstream::wire {

using Frame =
    std::variant<PaddingFrame, PingFrame, AckFrame, ResetStreamFrame, StopSendingFrame, StreamFrame,
                 MaxDataFrame, MaxStreamDataFrame, MaxStreamsFrame, DataBlockedFrame,
                 StreamDataBlockedFrame, OpenFrame, MsgFrame, PathChallengeFrame, PathResponseFrame,
                 CloseFrame, GoAwayFrame, HandshakeDoneFrame, MsgSkipFrame, HeartbeatFrame,
                 NewTicketFrame, TicketRequestFrame, AddressTokenFrame, NewConnectionIdFrame,
                 RetireConnectionIdFrame>;

std::size_t encoded_size(const Frame& frame);
void write(base::ByteWriter& writer, const Frame& frame);

/// Walks over the frames of a decrypted packet. Copies nothing: frames with data, ranges or text
/// are views of the payload.
class FrameReader {
 public:
  explicit FrameReader(Bytes payload) : reader_(payload) {}
  bool done() const { return reader_.empty(); }
  /// Bytes of the frames read so far.
  std::size_t position() const { return reader_.position(); }
  /// The next frame; not to be called when done. After a Violation the rest can't be read.
  Result<Frame, Violation> next();

 private:
  base::ByteReader reader_;
};

/// What becomes of a kind of frame; one row of the table in docs/PROTOCOL.md.
struct FrameRules {
  std::string_view name;  ///< "STREAM"
  bool ack_eliciting = false;
  bool retransmitted = false;
  bool in_early_data = false;  ///< May stand in 0-RTT packets.
  /// May be sent in 1-RTT packets while HANDSHAKE_DONE is outstanding, by either side.
  bool before_done = false;
  bool while_closing = false;  ///< Is still read when this side has sent CLOSE.
  std::uint8_t type_first = 0;
  std::uint8_t type_last = 0;
};

const FrameRules& rules_of(const Frame& frame);
/// All of them, in order of type.
std::span<const FrameRules> all_frame_rules();

}  // namespace jetstream::wire
