// SPDX-License-Identifier: MIT
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <iostream>

#include "cli/jscat/commands.h"
#include "jetstream/standard_descriptors.h"

using namespace jetstream::jscat;

int main(int argc, char** argv) {
  jetstream::open_standard_descriptors();
  // A reader of our output that goes away is told by write(), and the session still gets its CLOSE.
  std::signal(SIGPIPE, SIG_IGN);
  const auto parsed = parse_args(argc, argv);
  if (const auto* answer = std::get_if<Answer>(&parsed)) {
    std::fputs(answer->text.c_str(), answer->code == 0 ? stdout : stderr);
    return answer->code;
  }
  const Console console{
      .in = STDIN_FILENO, .out = STDOUT_FILENO, .results = std::cout, .notes = std::cerr};
  return run(std::get<Options>(parsed), console);
}
