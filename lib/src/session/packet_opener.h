// SPDX-License-Identifier: MIT
#pragma once

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
class PacketOpener {
 public:
  /// `failures` is 0 but for tests of what happens after very many.
  PacketOpener(crypto::PacketCipher& cipher, crypto::PacketKeys keys, std::uint64_t failures = 0)
      : cipher_(cipher), keys_(std::move(keys)), failures_(failures) {}
  ~PacketOpener() { cipher_.forget(keys_); }
  PacketOpener(const PacketOpener&) = delete;
  PacketOpener& operator=(const PacketOpener&) = delete;

  struct Opened {
    std::uint64_t number;
    MutableBytes payload;
  };
  /// One short packet, decrypted in place, or why it is to be dropped.
  Result<Opened, DropReason> open(MutableBytes packet);
  /// The packet with that number was taken; a copy of it is a duplicate from now on.
  void record(std::uint64_t number);
  /// More packets failed to authenticate than the AEAD allows (RFC 9001 6.6).
  bool integrity_limit_reached() const;
  /// Frees what only matters while packets flow.
  void rest() { seen_.shrink(); }

 private:
  crypto::PacketCipher& cipher_;
  crypto::PacketKeys keys_;
  base::ReplayWindow seen_;
  std::optional<std::uint64_t> largest_;
  std::uint64_t failures_;
};

}  // namespace jetstream::session
