// SPDX-License-Identifier: MIT
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <exception>

#include "jsctl/commands.h"

namespace {

using jetstream::jsctl::Invocation;
using jetstream::jsctl::Outcome;

/// Columns of the terminal that standard output is, 0 if it is none.
std::size_t terminal_width() {
  winsize size{};
  return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

int print(const Outcome& outcome) {
  std::fwrite(outcome.err.data(), 1, outcome.err.size(), stderr);
  const bool written =
      std::fwrite(outcome.out.data(), 1, outcome.out.size(), stdout) == outcome.out.size() &&
      std::fflush(stdout) == 0;
  if (written) return outcome.code;
  std::perror("jsctl: cannot write the answer");
  return jetstream::jsctl::kFailed;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const auto parsed = jetstream::jsctl::parse_args(argc, argv);
    if (const auto* outcome = std::get_if<Outcome>(&parsed)) return print(*outcome);
    return print(jetstream::jsctl::run(std::get<Invocation>(parsed), terminal_width()));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "jsctl: %s\n", error.what());
    return jetstream::jsctl::kFailed;
  }
}
