// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>

#include "base/replay_window.h"
#include "crypto/packet_cipher.h"
#include "jetstream/result.h"
#include "jetstream/stats.h"
#include "wire/packet_header.h"

namespace jetstream::session {

/// Takes the protection off the 1-RTT packets of one direction. Nothing here changes before a
/// packet has authenticated, and its number is only recorded once the session has taken the whole
/// packet [PKT-14, PKT-18].
///
/// Keys come in phases, counted from 0; a packet has the low bit of its phase. Those of the next
/// phase are ready before the first packet of it comes, so that its arrival takes no longer than
/// that of any other [KU-3].
class PacketOpener {
 public:
  /// `failures` is 0 but for tests of what happens after very many.
  PacketOpener(crypto::PacketCipher& cipher, crypto::PacketKeys keys, std::uint64_t failures = 0);
  ~PacketOpener();
  PacketOpener(const PacketOpener&) = delete;
  PacketOpener& operator=(const PacketOpener&) = delete;

  struct Opened {
    std::uint64_t number = 0;
    /// The phase whose keys opened it: the current one, the one before or the one after.
    std::uint64_t phase = 0;
    MutableBytes payload{};
  };
  /// One short packet, decrypted in place, or why it is to be dropped.
  Result<Opened, DropReason> open(MutableBytes packet);
  /// The same for a 0-RTT packet, which counts with the others [PKT-9].
  Result<Opened, DropReason> open_early(const crypto::PacketKeys& keys, MutableBytes packet);
  /// Whether a packet that opened has a number that its phase can't have: newer keys were used for
  /// a smaller one [KU-8].
  bool out_of_order(const Opened& opened) const;
  /// That packet was taken; a copy of it is a duplicate from now on. If it was of the next phase,
  /// that is the current one now.
  void record(const Opened& opened);

  /// Whether its number is larger than those of all packets that were taken.
  bool is_newest(const Opened& opened) const {
    return !seen_.largest() || opened.number > *seen_.largest();
  }
  std::uint64_t phase() const { return phase_; }
  /// Late packets of the phase before are of no interest any more.
  void forget_previous();
  /// More packets failed to authenticate than the AEAD allows (RFC 9001 6.6).
  bool integrity_limit_reached() const;
  /// Frees what only matters while packets flow.
  void rest() { seen_.shrink(); }

 private:
  void advance();

  crypto::PacketCipher& cipher_;
  /// What the keys of the next phase have that others don't.
  struct NextKeys {
    crypto::Secret key;
    base::SecretBytes<12> iv;
    std::uint64_t serial = 0;
  };
  crypto::PacketKeys next() const;
  void prepare_next();

  crypto::PacketKeys keys_;  // with the traffic secret of the next phase, not of its own
  NextKeys next_;
  std::unique_ptr<crypto::PacketKeys> previous_;  // for a short while after an update
  std::uint64_t phase_ = 0;
  /// The smallest number that came in the current phase.
  std::uint64_t phase_begin_ = 0;
  base::ReplayWindow seen_;
  std::uint64_t failures_;
};

}  // namespace jetstream::session
