// SPDX-License-Identifier: MIT
//
// The form of a session ticket (docs/PROTOCOL.md, "Resumption"): key_id(4) || salt(32) || sealed
// state || tag(16). What the state says is of no concern here.
#pragma once

#include "crypto/sealed_box.h"

namespace jetstream::crypto {

/// Names the key a ticket was sealed with. Random, and seen by everybody.
using TicketKeyId = std::array<std::uint8_t, 4>;
using TicketSalt = std::array<std::uint8_t, kBoxSaltSize>;
/// What is remembered of a ticket that brought early data.
using StrikeKey = std::array<std::uint8_t, 16>;

inline constexpr std::size_t kTicketStartSize = sizeof(TicketKeyId) + kBoxSaltSize;
/// How much longer a ticket is than its state.
inline constexpr std::size_t kTicketOverhead = kTicketStartSize + kBoxTagSize;

struct TicketKey {
  TicketKeyId id{};
  Secret secret;
};

/// Writes the ticket with this state to `out`, which has exactly the room for it. The salt
/// must be new.
void seal_ticket(const TicketKey& key, const TicketSalt& salt, Bytes state, MutableBytes out);
/// The key id of what may be a ticket; nullopt if it is too short for one.
std::optional<TicketKeyId> key_id_of(Bytes ticket);
/// The state inside `ticket`, decrypted in place; nullopt unless this key sealed exactly these
/// bytes.
std::optional<MutableBytes> open_ticket(const TicketKey& key, MutableBytes ticket);
/// The first half of its digest.
StrikeKey strike_key(Bytes ticket);

}  // namespace jetstream::crypto
