// SPDX-License-Identifier: MIT
#pragma once

#include <cstdio>
#include <string>

#include "jsctl/args.h"
#include "jsctl/exchange.h"

namespace jetstream::jsctl {

/// Where a stream goes while it lasts.
struct StreamOutput {
  std::FILE* out = stdout;
  std::FILE* err = stderr;
};

/// Prints the events of a streaming command as they come, a line each: as people read them, or with
/// --json the objects themselves. Ctrl-C ends it with exit code 0; so does the daemon, if it says
/// that the stream is over. If the daemon goes away the code is kNotRunning.
Outcome run_stream(const Invocation& invocation, const StreamOutput& output = {});

}  // namespace jetstream::jsctl
