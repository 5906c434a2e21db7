// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace jetstream::jsctl {

/// Exit codes. Scripts rely on them: a code never changes its meaning.
enum ExitCode : int {
  kDone = 0,
  kFailed = 1,        ///< The daemon refused or failed, for a reason that has no code here.
  kUsage = 2,         ///< The command line, or an argument in it, is wrong.
  kNotRunning = 3,    ///< No daemon answers at the socket.
  kNotPermitted = 4,  ///< The socket's mode or the caller's role forbids it.
  kNotFound = 5,      ///< None of the named sessions exists.
  kConflict = 6,      ///< It is in a state that forbids this.
  kTimedOut = 7,      ///< No answer within --timeout.
  kPartlyDone = 8,    ///< Some of the named sessions, but not all.
  kBadConfig = 78,    ///< The configuration has errors; EX_CONFIG of sysexits.h.
};

/// What a run of jsctl comes to. `out` is data only, everything else is in `err`.
struct Outcome {
  ExitCode code = kDone;
  std::string out;
  std::string err;
  /// The daemon's error as a JSON document: printed for `out` where JSON is asked for and there is
  /// nothing else.
  std::string error{};
};

}  // namespace jetstream::jsctl
