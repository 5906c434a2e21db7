// SPDX-License-Identifier: MIT
//
// The commands of jscat. Each runs to its end and returns the exit code; what went wrong is on
// `console.notes` by then.
#pragma once

#include "cli/jscat/args.h"
#include "cli/jscat/console.h"

namespace jetstream::jscat {

int run_connect(const ServerArgs& server, const ConnectArgs& args, const Console& console);
int run_ping(const ServerArgs& server, const PingArgs& args, const Console& console);
int run_check(const ServerArgs& server, const CheckArgs& args, const Console& console);
int run_send(const ServerArgs& server, const SendArgs& args, const Console& console);
int run_keygen(const std::filesystem::path& file, const Console& console);

/// Whichever of them was asked for.
int run(const Options& options, const Console& console);

}  // namespace jetstream::jscat
