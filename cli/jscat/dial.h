// SPDX-License-Identifier: MIT
#pragma once

#include "cli/jscat/console.h"
#include "cli/jscat/early.h"
#include "cli/jscat/runner.h"

namespace jetstream::jscat {

/// A session that is set up, and how to set up more like it.
struct Dialed {
  SessionHandle session;
  ConnectOptions options;
  /// What `early` said was taken as early data.
  bool early_taken = false;
};

/// Looks the server up, sets up a session with whichever of its addresses answers first, and asks
/// the person about an unknown key where there is a terminal to ask on. Runs the loop meanwhile.
///
/// With a ticket that allows it, `early` (may be null) speaks along with the first hello. That one
/// has the time of a whole handshake then, so that two servers rarely hear the same.
Result<Dialed, Failure> dial(Runner& runner, const ServerArgs& server, const Console& console,
                             EarlySpeaker* early = nullptr);

/// Keeps the tickets that came in a session for the next one. A file that can't be written is no
/// reason to fail.
void keep_tickets_of(Runner& runner, SessionHandle session, const ServerArgs& server);

}  // namespace jetstream::jscat
