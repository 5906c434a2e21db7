// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "jetstream/event.h"
#include "jetstream/time.h"

namespace jetstream::jscat {

/// Exit codes. As with ssh, 255 says that it was the way to the server that failed, and not what
/// runs there.
inline constexpr int kExitOk = 0;
inline constexpr int kExitRemote = 1;  ///< The service refused or reset; or no ping was answered.
inline constexpr int kExitUsage = 2;   ///< Wrong command line, or a file it names is of no use.
inline constexpr int kExitTransport = 255;
/// A shell's way to say that a signal ended a program: 130 after Ctrl+C, 141 when nobody reads
/// standard output any more.
inline constexpr int kExitSignalBase = 128;

/// Why the program ends, as three lines for a person; empty ones are left out.
struct Failure {
  int code = kExitTransport;
  std::string what;
  std::string why;
  std::string help;
};

/// "jscat: WHAT", "       WHY" and "  try: HELP", each with a line end.
std::string to_text(const Failure& failure);

/// Why `server` can't be talked to or not any more. `timeout` is how long a handshake may take.
Failure explain_close(const std::string& server, const CloseInfo& info, Duration timeout);

/// `server` goes away, and what was asked for is not done.
Failure explain_goaway(const std::string& server, const std::string& undone,
                       const GoAwayInfo& info);

/// Why the service reset the stream.
Failure explain_reset(const std::string& service, std::uint64_t code);

}  // namespace jetstream::jscat
