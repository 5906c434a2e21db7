// SPDX-License-Identifier: MIT
#pragma once

#include "base/bytes.h"
#include "crypto/packet_cipher.h"
#include "wire/packet_header.h"

namespace jetstream::session {

/// Numbers and seals the 1-RTT packets of one direction.
class PacketSealer {
 public:
  /// `first_number` is 0 but for tests of what happens far from it.
  PacketSealer(crypto::PacketCipher& cipher, crypto::PacketKeys keys, ConnectionId peer_id,
               std::uint64_t first_number = 0)
      : cipher_(cipher), keys_(std::move(keys)), peer_id_(peer_id), next_(first_number) {}
  ~PacketSealer() { cipher_.forget(keys_); }
  PacketSealer(const PacketSealer&) = delete;
  PacketSealer& operator=(const PacketSealer&) = delete;

  /// The number of the packet that is being built.
  std::uint64_t next_number() const { return next_; }
  /// Writes the header; frames follow.
  void begin(base::ByteWriter& writer) const { begin(writer, peer_id_); }
  /// The same with another id of the peer.
  void begin(base::ByteWriter& writer, const ConnectionId& peer_id) const {
    wire::write_short_header(writer, peer_id, next_, phase_);
  }
  /// Encrypts what was written since begin() and appends the tag, for which the caller left
  /// kTagSize bytes. `packet` starts at the header and ends behind the tag. Each number is used
  /// once [PKT-9].
  void finish(MutableBytes packet);
  /// The keys have sealed as many packets as is safe; only a CLOSE may follow (RFC 9001 6.6).
  bool confidentiality_limit_reached() const;
  CipherSuite suite() const { return keys_.suite; }

  /// Leaves a number out: it is never used.
  void leave_out() {
    ++next_;
    ++left_out_;
  }
  std::uint64_t packets_sent() const { return next_ - left_out_; }

  /// Goes on with the keys of the next phase; the numbers go on counting [KU-1].
  void update();
  /// How many updates there were, and what was sealed since the last one.
  std::uint64_t phase() const { return phase_; }
  std::uint64_t phase_begin() const { return phase_begin_; }
  std::uint64_t packets_in_phase() const { return next_ - phase_begin_; }
  std::uint64_t bytes_in_phase() const { return bytes_in_phase_; }

 private:
  crypto::PacketCipher& cipher_;
  crypto::PacketKeys keys_;
  ConnectionId peer_id_;
  std::uint64_t phase_ = 0;
  std::uint64_t phase_begin_ = 0;
  std::uint64_t bytes_in_phase_ = 0;
  std::uint64_t next_;
  std::uint64_t left_out_ = 0;
};

}  // namespace jetstream::session
