// SPDX-License-Identifier: MIT
//
// What a server writes into a ticket for itself: everything it wants to know of the old session
// when the ticket comes back, because it keeps nothing (docs/PROTOCOL.md, "Resumption").
#pragma once

#include <array>
#include <optional>

#include "base/secret_bytes.h"
#include "jetstream/types.h"

namespace jetstream::wire {

struct TicketState {
  std::uint64_t issued_at_ms = 0;  ///< On the server's monotonic clock.
  std::uint64_t lifetime_s = 0;
  std::uint32_t age_add = 0;  ///< Hides the ticket's age in the hello.
  std::uint16_t suite = 0;
  std::uint16_t group = 0;
  base::SecretBytes<32> psk;
  /// SHA-256 of the keys both sides had; no client where none was asked for.
  std::array<std::uint8_t, 32> server{};
  std::optional<std::array<std::uint8_t, 32>> client;
  std::uint64_t policy_epoch = 0;
  std::uint64_t early_data_max = 0;
  /// The limits of the server's parameters, which early data was sent under.
  std::uint64_t max_data = 0;
  std::uint64_t max_stream_data = 0;
  std::uint64_t max_streams = 0;
  std::uint64_t message_bytes_max = 0;
  std::uint16_t nonce = 0;
};

/// No state is larger when written: the strings have 32 + 32 + 32 + 2 bytes, every number at most
/// 9, and every string and array a head of at most 2.
inline constexpr std::size_t kTicketStateSizeMax = 224;

/// Writes the state to the front of `out`, which has room for kTicketStateSizeMax bytes, and
/// returns its size.
std::size_t write_ticket_state(MutableBytes out, const TicketState& state);
/// Nullopt for anything but what write_ticket_state() writes.
std::optional<TicketState> parse_ticket_state(Bytes bytes);

}  // namespace jetstream::wire
