// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <utility>

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
};

/// The tickets that a server gives out in one session. A lost one is replaced by a new one, so
/// nothing is kept of those that are on their way.
class TicketIssuer {
 public:
  /// In all, without those that replace lost ones [RES-4].
  static constexpr std::uint32_t kTicketsMax = 4;
  /// Without being asked: one to use and one for the time after, in case the next session ends
  /// before it has its own.
  static constexpr std::uint32_t kTicketsAtStart = 2;

  /// `promised`: the limits that the client was told in this session, which are what it goes by
  /// when it sends early data with one of these tickets.
  TicketIssuer(const TicketMint& mint, std::shared_ptr<const SessionConfig> promised,
               const crypto::Secret& resumption)
      : mint_(mint), promised_limits_(std::move(promised)), resumption_(resumption) {}

  /// The client wants more, or the application does for it.
  void request(std::uint64_t count);
  /// One of those that went out was lost.
  void on_lost();
  /// None is while the server has switched resumption off.
  bool due() const { return due_ > 0 && mint_.server.resumption.enabled; }
  /// Writes NEW_TICKET if one is due and fits. `client`: who the client has proven to be, or null.
  bool write(Instant now, CipherSuite suite, const PublicKey* client, base::ByteWriter& writer);

 private:
  const TicketMint& mint_;
  std::shared_ptr<const SessionConfig> promised_limits_;
  crypto::Secret resumption_;
  std::uint32_t due_ = kTicketsAtStart;
  std::uint32_t promised_ = kTicketsAtStart;  // towards kTicketsMax
  std::uint16_t next_nonce_ = 0;
};

}  // namespace jetstream::session
