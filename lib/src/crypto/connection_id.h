// SPDX-License-Identifier: MIT
#pragma once

#include "jetstream/identity.h"
#include "jetstream/types.h"

namespace jetstream::crypto {

/// Makes the connection ids of a server: the worker that owns the session, a random generation, and
/// the session's slot in that worker's table, masked so that it tells nobody how full the table is.
/// Any 8 bytes can be parsed; whether they mean a session is for the table and the AEAD to say.
class ConnectionIdCodec {
 public:
  static constexpr std::uint32_t kSlotMax = 0xffffff;

  explicit ConnectionIdCodec(const std::array<std::uint8_t, 16>& key) : key_(key) {}

  struct Parts {
    std::uint8_t worker = 0;
    std::uint32_t generation = 0;
    /// At most kSlotMax.
    std::uint32_t slot = 0;
    friend bool operator==(const Parts&, const Parts&) = default;
  };

  ConnectionId make(std::uint8_t worker, std::uint32_t generation, std::uint32_t slot) const;
  Parts parse(const ConnectionId& id) const;

 private:
  std::uint32_t mask_of(const ConnectionId& id) const;

  std::array<std::uint8_t, 16> key_;
};

/// The key of the reset tokens of a server at one address: from its identity, so that it is the
/// same after a restart without another secret to be kept.
std::array<std::uint8_t, 32> reset_key(const Identity& identity, const PeerAddress& listen);

/// What ends the session of this connection id: the first 16 bytes of HMAC-SHA256(reset_key, id).
ResetToken reset_token(Bytes reset_key, const ConnectionId& id);

}  // namespace jetstream::crypto
