// SPDX-License-Identifier: MIT
#include "cli/jscat/commands.h"
#include "cli/jscat/failure.h"

namespace jetstream::jscat {
namespace {

int run_command(const Options& options, const Console& console) {
  switch (options.command) {
    case Command::kConnect:
      return run_connect(options.server, options.connect, console);
    case Command::kPing:
      return run_ping(options.server, options.ping, console);
    case Command::kCheck:
      return run_check(options.server, options.check, console);
    case Command::kSend:
      return run_send(options.server, options.send, console);
    case Command::kKeygen:
      break;
  }
  return run_keygen(options.keygen_file, console);
}

}  // namespace

int run(const Options& options, const Console& console) {
  const int code = run_command(options, console);
  if (code != kExitOk || console.results.flush()) return code;
  const Failure failure{kExitRemote, "cannot write to standard output", "", ""};
  console.notes << to_text(failure) << std::flush;
  return failure.code;
}

}  // namespace jetstream::jscat
