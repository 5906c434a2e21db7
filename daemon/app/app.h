// SPDX-License-Identifier: MIT
#pragma once

#include "daemon/config/config.h"
#include "daemon/process/args.h"

namespace jetstream::daemon {

/// Runs the daemon until it is told to stop, and returns its exit code. Starts in this order, and
/// undoes it in the reverse one; everything that can fail does so before READY, as one clear line
/// and a non-zero code:
///
///  1. configuration (checked by the caller)
///  2. log
///  3. signals, so that a stop during the start is honoured
///  4. identity key, a credential or a file that is made if there is none, and the clients' keys
///  5. admin socket files, which also makes sure that no other instance runs
///  6. UDP sockets of every worker, or those that the service manager hands over
///  7. metrics listener, if one is configured
///  8. workers' threads
///  9. admin server
/// 10. READY to the service manager
int run_daemon(const Options& options, Config config);

}  // namespace jetstream::daemon
