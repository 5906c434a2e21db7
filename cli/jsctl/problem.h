// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "ipc/line_client.h"
#include "jetstream/control.h"
#include "jsctl/outcome.h"

namespace jetstream::jsctl {

/// Something that went wrong, in the three lines people need: what, why, and what to do.
struct Problem {
  ExitCode code = kFailed;
  std::string what;
  std::string why;
  std::string advice;
  /// What was typed, and the byte of it that is wrong.
  std::string typed{};
  std::size_t offset = 0;
  /// What the daemon answered, as a JSON document.
  std::string error{};
};

/// "jsctl: what", "       why", "  try: advice"; lines with nothing to say are left out. `typed`
/// stands between, with a caret below what is wrong in it.
std::string to_text(const Problem& problem);
Outcome to_outcome(const Problem& problem);

/// The socket at `path` could not be reached, or the conversation broke off.
Problem problem_of(const ipc::ClientError& error, const std::string& path);
/// The daemon answered with an error, whose offset is one in `typed`.
Problem problem_of(const control::Failure& failure, const std::string& typed = "");
/// The daemon answered with something that is no answer.
Problem unreadable_answer(const std::string& path);

}  // namespace jetstream::jsctl
