// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace jetstream::wire {

/// What a sender remembers of a frame in flight, enough to take note of its arrival or to build it
/// again after a loss. Never a copy of the frame: what is sent again is made from the state of that
/// moment.
enum class SentKind : std::uint8_t {
  kAck,  ///< `offset`: the largest packet number it acknowledged.
  kPing,
  kOpen,           ///< `stream`
  kStream,         ///< `stream`, `offset`, `length`, `fin`
  kResetStream,    ///< `stream`
  kStopSending,    ///< `stream`
  kMaxData,        ///< `offset`: the maximum it announced.
  kMaxStreamData,  ///< `stream`, `offset`: the maximum it announced.
  kMaxStreams,     ///< `offset`: the maximum it announced.
  kMsg,            ///< `stream`, `offset` and `length` in the order in which messages were taken.
  kMsgSkip,        ///< `stream`, `offset`: seq_below.
  kDataBlocked,    ///< `offset`: the maximum that stopped the sender.
  kStreamDataBlocked,  ///< `stream`, `offset`: the maximum that stopped the stream.
  kHandshakeDone,
  kAddressToken,
  kGoAway,
  kNewTicket,
  kTicketRequest,       ///< `offset`: how many it asked for.
  kNewConnectionId,     ///< `offset`: its sequence.
  kRetireConnectionId,  ///< `offset`: its sequence.
  kMtuProbe,            ///< `length`: the datagram size it tries.
};

struct SentFrame {
  std::uint64_t offset = 0;
  std::uint32_t stream = 0;
  std::uint32_t length = 0;
  SentKind kind = SentKind::kPing;
  bool fin = false;
};

}  // namespace jetstream::wire
