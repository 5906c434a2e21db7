// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <vector>

#include "crypto/packet_cipher.h"
#include "jetstream/config.h"
#include "jetstream/ticket.h"
#include "recovery/recovery.h"
#include "session/early_data.h"
#include "stream/stream_table.h"

namespace jetstream::session {

/// A client's streams before the server has answered, and the 0-RTT packets made of them. If the
/// server takes them, the session goes on with both; if not, they are forgotten.
class EarlyFlight {
 public:
  /// What an unproven path may be sent at once: the initial window (RFC 9002 7.2) [RES-19].
  static constexpr std::size_t kPacketsMax = 10;

  struct Sent {
    std::uint64_t number = 0;
    Instant at{};
    std::uint32_t bytes = 0;
    std::vector<wire::SentFrame> frames;
  };

  EarlyFlight(const SessionTicket& ticket, const SessionConfig& config,
              crypto::PacketCipher& cipher, stream::SharedMemory memory);
  ~EarlyFlight();
  EarlyFlight(const EarlyFlight&) = delete;
  EarlyFlight& operator=(const EarlyFlight&) = delete;

  /// A hello was made: what protects the packets that go with it, and their ids. After a Retry all
  /// packets so far are made again under the new keys, with new numbers [RES-20].
  void begin(const crypto::Secret& traffic, const ConnectionId& destination,
             const ConnectionId& source);
  /// Writes one packet to the front of `room` and returns its size; 0 if nothing is to be sent, or
  /// nothing that fits.
  std::size_t build(Instant now, MutableBytes room);

  stream::StreamTable& streams() { return streams_; }
  const stream::StreamTable& streams() const { return streams_; }
  std::uint64_t next_number() const { return next_number_; }
  const std::vector<Sent>& sent() const { return sent_; }
  std::vector<StreamId> stream_ids() const;

 private:
  /// One packet's plaintext: kept, because a Retry may want it sealed again.
  struct Payload {
    std::vector<std::uint8_t> bytes;
    std::vector<wire::SentFrame> frames;
  };
  bool compose(std::size_t room);
  std::size_t seal(Instant now, const Payload& payload, MutableBytes room);

  crypto::PacketCipher& cipher_;
  CipherSuite suite_;
  crypto::PacketKeys keys_;
  ConnectionId destination_, source_;
  std::uint64_t bytes_left_;
  std::uint64_t next_number_ = 0;
  std::vector<Payload> payloads_;
  std::size_t next_payload_ = 0;
  std::vector<Sent> sent_;
  stream::StreamTable streams_;
};

}  // namespace jetstream::session
