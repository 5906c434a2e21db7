// SPDX-License-Identifier: MIT
//
// Six kinds of things go wrong, and they are never mixed (docs/ARCHITECTURE.md, "Errors"):
// dropped datagrams (stats.h), protocol violations of an authenticated peer (TransportCode),
// refusals of a local call (LocalCode), application codes (a plain number), operating system errors
// (std::error_code, only in net/, ipc/ and the programs) and bugs (JS_ASSERT).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace jetstream {

/// Why a session was closed, for people and for policy; `reason_code` of CLOSE.
enum class CloseReason : std::uint8_t {
  kNormal = 0,             ///< Done.
  kGoingAway = 1,          ///< The sender stops serving; try again later or elsewhere.
  kProtocolError = 2,      ///< The peer broke a rule of the protocol.
  kTimeout = 3,            ///< Nothing authenticated came for too long.
  kRateLimitExceeded = 4,  ///< The peer sent persistently more than it may.
  kInternalError = 5,      ///< The sender failed; not the peer's fault.
};
inline constexpr std::uint8_t kCloseReasonMax = 5;

/// The precise cause of a close, for machines; `error_code` of CLOSE. Values up to 0x0f are those
/// of RFC 9000 20.1 where the meaning is the same.
enum class TransportCode : std::uint16_t {
  kNoError = 0x00,
  kInternalError = 0x01,
  kFlowControlError = 0x03,        ///< More data than MAX_DATA or MAX_STREAM_DATA allowed.
  kStreamLimitError = 0x04,        ///< More streams than MAX_STREAMS allowed.
  kStreamStateError = 0x05,        ///< A frame for a stream that is not in a state to receive it.
  kFinalSizeError = 0x06,          ///< A stream's final size changed, or data lies beyond it.
  kFrameEncodingError = 0x07,      ///< A frame that is malformed or of an unknown type.
  kParameterError = 0x08,          ///< A hello parameter is missing or out of range.
  kConnectionIdLimitError = 0x09,  ///< More connection ids than the receiver keeps.
  kProtocolViolation = 0x0a,       ///< Any other broken rule.
  kApplicationError = 0x0c,        ///< The application closed because of an error of its own.
  kKeyUpdateError = 0x0e,          ///< Keys changed out of turn (RFC 9001 6).
  kAeadLimitReached = 0x0f,        ///< The keys were used as often as they may be (RFC 9001 6.6).
  kIdleTimeout = 0x10,             ///< The session expired.
  kHeartbeatTimeout = 0x11,        ///< heartbeat_timeout_count heartbeats went unanswered.
  kGoingAway = 0x12,               ///< The sender shuts down.
  kExcessiveLoad = 0x13,           ///< The peer makes the sender do work without progress.
  kRateLimited = 0x14,             ///< Ten times the rate limit had to be dropped, for seconds.
  kHandshakeFailed = 0x20,         ///< The handshake can't be completed.
  kClientIdentityRequired = 0x21,  ///< The server wants a client identity and got none.
  kClientIdentityRefused = 0x22,   ///< The client's identity is not authorized.
  kServerFull = 0x23,              ///< sessions_max is reached.
  kAdminClose = 0x24,              ///< An operator closed the session.
};

/// The one table from precise cause to documented reason.
CloseReason reason_of(TransportCode code);

std::string_view to_string(CloseReason reason);  ///< "normal", "going_away", ...
std::string_view to_string(TransportCode code);  ///< "no_error", "flow_control_error", ...

/// What a peer did wrong. `reason` refers to a string literal: nothing is allocated on an
/// attacker's behalf.
struct Violation {
  TransportCode code = TransportCode::kProtocolViolation;
  std::string_view reason;
  /// Type of the offending frame, 0 where there is none.
  std::uint64_t frame_type = 0;
};

/// Application codes of RESET_STREAM and STOP_SENDING that the programs of this project use. An
/// embedding application may use any other number below 2^62.
namespace stream_error {
inline constexpr std::uint64_t kCancelled = 0;       ///< No longer wanted.
inline constexpr std::uint64_t kUnknownService = 1;  ///< No service of that name is configured.
inline constexpr std::uint64_t kServiceFailed = 2;   ///< The service met an error of its own.
inline constexpr std::uint64_t kRefused = 3;         ///< The service does not take this stream.
}  // namespace stream_error

/// Why a call on this library was refused.
enum class LocalCode : std::uint8_t {
  kInvalidArgument,    ///< Out of its documented range; mend the call.
  kNoTrust,            ///< connect() without trust configured; say whom to trust.
  kUntrustedIdentity,  ///< The server's key is not a trusted one; its fingerprint is in
                       ///< SessionInfo.
  kUnknownSession,     ///< The handle is stale: the session is gone.
  kUnknownStream,      ///< No such stream, or it is closed.
  kStreamLimit,        ///< max_streams are open; wait until one has closed.
  kMessageTooLarge,    ///< Larger than the peer's message_bytes_max; it can never be sent.
  kWouldBlock,         ///< No room now; call again after the Writable event.
  kNotConnected,       ///< The handshake has not finished; wait for Connected.
  kClosing,            ///< The session is closing; nothing can be sent any more.
  kTableFull,          ///< The session table is full.
  kHandshakeTimeout,   ///< The peer did not answer within handshake_timeout.
  kDeliveryUnknown,    ///< The session ended with data unacknowledged.
  kReset,              ///< The peer reset the stream.
  kSystem,             ///< The operating system refused; the message says what.
  kGoingAway,          ///< One of the sides drains the session; open the stream on another one.
  kEarlyRejected,      ///< The server refused early data; the stream never was. Open it again.
  kBadKey,             ///< A key that can't be used (wrong size, weak, or malformed).
};

std::string_view to_string(LocalCode code);

/// A refused call: a code to act upon and a sentence to show.
struct Error {
  LocalCode code = LocalCode::kInvalidArgument;
  std::string message;
};

}  // namespace jetstream
