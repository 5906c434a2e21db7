// SPDX-License-Identifier: MIT
//
// The file of session tickets. A line is "HOST:PORT MILLISECONDS HEX": the server's name, when the
// line was written by the wall clock, and the ticket. Secrets: mode 0600. Without the file, or with
// one that is spoilt, sessions simply begin with a full handshake.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "jetstream/identity.h"
#include "jetstream/ticket.h"

namespace jetstream::jscat {

/// Lines in the file; the oldest make room.
inline constexpr std::size_t kTicketsKept = 64;

/// Takes the newest ticket of `name` that `trust` accepts out of the file. The clock of the
/// endpoint says `now`, that on the wall `wall_ms`.
std::optional<SessionTicket> take_ticket(const std::filesystem::path& file, const std::string& name,
                                         const Trust& trust, Instant now, std::int64_t wall_ms);

/// Puts tickets of `name` in. kSystem says what failed.
Result<> keep_tickets(const std::filesystem::path& file, const std::string& name,
                      const std::vector<SessionTicket>& tickets, Instant now, std::int64_t wall_ms);

/// Milliseconds since 1970, by the wall clock.
std::int64_t wall_clock_ms();

}  // namespace jetstream::jscat
