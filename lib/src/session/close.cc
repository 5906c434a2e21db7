// SPDX-License-Identifier: MIT
#include "session/close.h"

#include <algorithm>
#include <array>
#include <bit>

#include "wire/handshake_message.h"

namespace jetstream::session {
namespace {

/// Largest CLOSE: fixed fields and three varints of at most 8 bytes besides the message.
constexpr std::size_t kCloseFrameBytesMax = 64 + kCloseMessageBytesMax;
constexpr std::uint8_t kCloseFrameType = 0x1c;

TransportCode code_of(CloseReason reason) {
  switch (reason) {
    case CloseReason::kNormal:
      return TransportCode::kNoError;
    case CloseReason::kGoingAway:
      return TransportCode::kGoingAway;
    case CloseReason::kProtocolError:
      return TransportCode::kProtocolViolation;
    case CloseReason::kTimeout:
      return TransportCode::kIdleTimeout;
    case CloseReason::kRateLimitExceeded:
      return TransportCode::kExcessiveLoad;
    case CloseReason::kInternalError:
      return TransportCode::kInternalError;
  }
  return TransportCode::kInternalError;
}

}  // namespace

wire::CloseFrame to_frame(const CloseInfo& info) {
  wire::CloseFrame frame{};
  frame.reason = info.reason;
  frame.error_code = static_cast<std::uint64_t>(info.code);
  frame.frame_type = info.frame_type;
  frame.retry_after_ms = in_milliseconds(info.retry_after);
  frame.alternate = info.alternate;
  frame.message = info.message;
  return frame;
}

CloseInfo from_frame(const wire::CloseFrame& frame) {
  CloseInfo info;
  info.reason = frame.reason;
  // A code of a later version still has a reason that can be shown.
  info.code = frame.error_code <= UINT16_MAX ? static_cast<TransportCode>(frame.error_code)
                                             : TransportCode::kProtocolViolation;
  info.message = std::string(frame.message);
  info.frame_type = frame.frame_type;
  info.retry_after = from_milliseconds(frame.retry_after_ms);
  info.alternate = frame.alternate;
  info.by_peer = true;
  return info;
}

CloseInfo local_close(TransportCode code, std::string_view message) {
  CloseInfo info;
  info.reason = reason_of(code);
  info.code = code;
  info.message = std::string(message.substr(0, kCloseMessageBytesMax));
  return info;
}

CloseInfo local_close(CloseReason reason, std::string_view message) {
  CloseInfo info = local_close(code_of(reason), message);
  info.reason = reason;
  return info;
}

CloseInfo local_close(const Violation& violation) {
  CloseInfo info = local_close(violation.code, violation.reason);
  info.frame_type = violation.frame_type;
  return info;
}

CloseInfo local_close(const CloseInfo& wanted) {
  CloseInfo info = local_close(wanted.code, wanted.message);
  info.reason = wanted.reason;
  info.retry_after = wanted.retry_after;
  info.alternate = wanted.alternate;
  info.silent = wanted.silent;
  return info;
}

std::uint64_t in_milliseconds(Duration duration) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

Duration from_milliseconds(std::uint64_t milliseconds) {
  constexpr std::chrono::milliseconds kFarthest = std::chrono::hours(24);
  return std::min(milliseconds, static_cast<std::uint64_t>(kFarthest.count())) *
         std::chrono::milliseconds(1);
}

std::size_t write_close_message(MutableBytes out, const CloseInfo& info) {
  std::array<std::uint8_t, kCloseFrameBytesMax> frame{};
  base::ByteWriter body(frame);
  wire::write(body, to_frame(info));
  base::ByteWriter writer(out);
  wire::write_message(writer, wire::MessageType::kClose, body.written().subspan(1));
  return writer.position();
}

std::optional<CloseInfo> parse_close_message(Bytes body) {
  std::array<std::uint8_t, kCloseFrameBytesMax> frame{};
  if (body.size() + 1 > frame.size()) return std::nullopt;
  frame[0] = kCloseFrameType;
  std::copy(body.begin(), body.end(), frame.begin() + 1);
  wire::FrameReader reader(Bytes(frame).first(body.size() + 1));
  const auto parsed = reader.next();
  if (!parsed || !reader.done()) return std::nullopt;
  const auto* close = std::get_if<wire::CloseFrame>(&*parsed);
  return close == nullptr ? std::nullopt : std::optional(from_frame(*close));
}

bool CloseRepeater::on_packet() { return std::has_single_bit(++packets_); }

}  // namespace jetstream::session
