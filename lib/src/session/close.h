// SPDX-License-Identifier: MIT
#pragma once

#include "jetstream/event.h"
#include "wire/frame.h"

namespace jetstream::session {

inline constexpr std::size_t kCloseMessageBytesMax = 255;

/// The CLOSE frame that tells the peer about `info`, whose message it refers to.
wire::CloseFrame to_frame(const CloseInfo& info);
/// What a peer's CLOSE tells, also with a code of a later version [CLOSE-6].
CloseInfo from_frame(const wire::CloseFrame& frame);

/// Durations as they travel in CLOSE and GOAWAY. What a peer names further away than a day is taken
/// as a day.
std::uint64_t in_milliseconds(Duration duration);
Duration from_milliseconds(std::uint64_t milliseconds);

/// A close of this side's own. `message` is cut at 255 bytes.
CloseInfo local_close(TransportCode code, std::string_view message);
CloseInfo local_close(CloseReason reason, std::string_view message);
CloseInfo local_close(const Violation& violation);
/// The same out of what an application says, whatever else stands there.
CloseInfo local_close(const CloseInfo& wanted);

/// CLOSE as a handshake message, for failures before 1-RTT keys exist: frame without its type byte
/// [HS-21].
std::size_t write_close_message(MutableBytes out, const CloseInfo& info);
std::optional<CloseInfo> parse_close_message(Bytes body);

/// When a closing side answers stragglers: on their 1st, 2nd, 4th, 8th ... so that two closing
/// sides can't keep each other busy [CLOSE-4].
class CloseRepeater {
 public:
  /// One more packet came. True if CLOSE should be sent again.
  bool on_packet();

 private:
  std::uint64_t packets_ = 0;
};

}  // namespace jetstream::session
