// SPDX-License-Identifier: MIT
#pragma once

#include "base/bytes.h"
#include "crypto/digest.h"
#include "jetstream/config.h"
#include "jetstream/random.h"
#include "jetstream/ticket.h"

namespace jetstream::session {

/// What all sessions of a server make their tickets with; outlives them.
struct TicketMint {
  TicketKeys& keys;
  RandomSource& random;
  const ServerConfig& server;
  const SessionConfig& session;
};

/// The tickets that a server gives out in one session. A lost one is replaced by a new one, so
/// nothing is kept of those that are on their way.
class TicketIssuer {
 public:
  /// In all, without those that replace lost ones [RES-4].
  static constexpr std::uint32_t kTicketsMax = 4;

  TicketIssuer(const TicketMint& mint, CipherSuite suite, const crypto::Secret& resumption,
               const std::optional<PublicKey>& client);

  /// The client wants more, or the application does for it.
  void request(std::uint64_t count);
  /// One of those that went out was lost.
  void on_lost();
  bool due() const { return due_ > 0; }
  /// Writes NEW_TICKET if one is due and fits.
  bool write(Instant now, base::ByteWriter& writer);

 private:
  const TicketMint& mint_;
  crypto::Secret resumption_;
  std::optional<PublicKey> client_;
  CipherSuite suite_;
  std::uint32_t due_;
  std::uint32_t promised_;  // towards kTicketsMax
  std::uint16_t next_nonce_ = 0;
};

}  // namespace jetstream::session
