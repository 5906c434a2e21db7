// SPDX-License-Identifier: MIT
//
// A server's view of the ticket in a hello: whether it is one of its own, and whether it may bring
// early data.
#pragma once

#include <optional>

#include "jetstream/stats.h"
#include "jetstream/ticket.h"
#include "session/handshake_server.h"
#include "wire/ticket_state.h"

namespace jetstream::session {

/// Opens the ticket of `received` and verifies its binder. Nullopt if there is none or anything is
/// wrong with it, which is then as if there were none [RES-6].
std::optional<Resumption> open_offer(Instant now, const ReceivedHello& received,
                                     const ServerConfig& server, TicketKeys& keys);

/// Whether the early data that comes with a valid ticket is taken, when `suite` is chosen; the
/// reason if not. Strikes the ticket in `replay` as its last act [RES-12].
std::optional<EarlyRefusal> judge_early(Instant now, const ReceivedHello& received,
                                        const Resumption& resumption, CipherSuite suite,
                                        const ServerConfig& server, const SessionConfig& session,
                                        ReplayStore* replay);

/// Which of the clients that are welcome the ticket was given to.
std::optional<PublicKey> client_of(const Resumption& resumption, const ServerConfig& server);

}  // namespace jetstream::session
