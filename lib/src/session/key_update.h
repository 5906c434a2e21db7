// SPDX-License-Identifier: MIT
#pragma once

#include "jetstream/config.h"
#include "session/packet_opener.h"
#include "session/packet_sealer.h"

namespace jetstream::session {

/// Who may start a new phase of the keys, and when (RFC 9001 6). Either side may; the other one
/// follows with its next packet. Both directions are thus never more than one phase apart.
class KeyUpdate {
 public:
  /// Both outlive it.
  KeyUpdate(PacketOpener& opener, PacketSealer& sealer, const KeyUpdateLimits& limits, Instant now)
      : opener_(opener), sealer_(sealer), limits_(limits), phase_began_(now) {}

  enum class Due : std::uint8_t {
    kNo,
    kYes,
    /// The keys are old, but only an acknowledgement of a packet of theirs lets this side change
    /// them: ask for one.
    kNeedsAck,
  };
  /// To be asked before packets are built, once the handshake is confirmed.
  Due due(Instant now, Duration pto) const;
  /// The next packet begins a phase.
  void start(Instant now);

  // What the session does and sees.

  /// A packet that opened: is its phase one that the peer may use? Nothing changes.
  bool permitted(const PacketOpener::Opened& opened) const;
  /// It was taken; to be called instead of PacketOpener::record().
  void record(Instant now, Duration pto, const PacketOpener::Opened& opened);
  /// A packet with an ACK left.
  void on_ack_sent() {
    if (sealer_.phase() == opener_.phase()) ack_sent_in_phase_ = true;
  }
  /// An ACK of packets up to `largest` came in a packet of that phase; false if the peer has seen
  /// our new keys and goes on with its old ones [KU-7].
  bool on_ack(Instant now, std::uint64_t largest, std::uint64_t phase);
  /// Lets go of the receive keys of the phase before when their time has passed.
  void forget_old(Instant now);

 private:
  /// A packet of the current phase of our own keys was acknowledged.
  bool confirmed() const { return confirmed_at_ != kNever; }

  PacketOpener& opener_;
  PacketSealer& sealer_;
  KeyUpdateLimits limits_;
  Instant phase_began_;
  Instant confirmed_at_ = kNever;
  Instant keep_previous_until_ = kNever;
  bool ack_sent_in_phase_ = false;
};

}  // namespace jetstream::session
