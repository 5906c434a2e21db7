// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "crypto/cookie.h"
#include "jetstream/stats.h"
#include "session/blocked_ports.h"
#include "session/handshake_server.h"

namespace jetstream::endpoint {

/// The hellos of one turn. They wait until the packets of established sessions have been served,
/// and only so many are taken: a flood of hellos costs the sessions nothing but this copy.
class HelloQueue {
 public:
  static constexpr std::size_t kHellosPerTurn = 32;

  /// The hello's packet, and how large the datagram around it was. False if this turn has enough.
  bool push(const Path& path, Bytes packet, std::size_t datagram_bytes);
  /// The next hello; nullptr ends the turn's queue and empties it.
  struct Hello {
    Path path;
    std::size_t datagram_bytes = 0;
    std::size_t size = 0;
    std::array<std::uint8_t, wire::kLongHeaderSize + wire::kMessageHeaderSize + wire::kHelloSizeMax>
        bytes;
  };
  Hello* pop();
  bool empty() const { return count_ == 0; }

 private:
  std::vector<Hello> hellos_{kHellosPerTurn};
  std::size_t count_ = 0;
  std::size_t next_ = 0;
};

using session::is_blocked_port;

/// What a 0-RTT packet has in common with its hello [RES-13].
struct EarlyAddress {
  PeerAddress remote;
  ConnectionId destination;
  ConnectionId source;
  friend auto operator<=>(const EarlyAddress&, const EarlyAddress&) = default;
};

/// 0-RTT packets that came in the same turn as a hello, which may be theirs. They wait until the
/// hellos of the turn are answered, and no longer.
class EarlyQueue {
 public:
  static constexpr std::size_t kPacketsPerTurn = 32;

  struct Early {
    EarlyAddress address;
    std::vector<std::uint8_t> bytes;
    std::size_t counts = 0;  ///< Bytes of what came from there.
  };
  /// False if this turn has enough, or the packet is larger than any before a handshake.
  bool push(const EarlyAddress& address, Bytes packet, std::size_t counts);
  /// The next packet; nullptr ends the turn's queue and empties it.
  Early* pop();

 private:
  std::vector<Early> packets_;
  std::size_t next_ = 0;
};

/// Reads the Initial packet in `datagram`. The reason if it is no acceptable hello.
Result<session::ReceivedHello, DropReason> read_hello(const Path& path, MutableBytes packet,
                                                      std::size_t datagram_bytes);

/// Writes Version Negotiation in answer to `packet`; returns its size [PKT-23].
std::size_t write_version_negotiation(const wire::PacketView& packet, MutableBytes out);

/// Writes the Retry that gives `cookie` to the client of `received`; returns its size [RETRY-2].
std::size_t write_retry_packet(const session::ReceivedHello& received, const crypto::Cookie& cookie,
                               MutableBytes out);

}  // namespace jetstream::endpoint
