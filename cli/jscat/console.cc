// SPDX-License-Identifier: MIT
#include "cli/jscat/console.h"

#include <signal.h>
#include <unistd.h>

#include <array>
#include <string_view>

namespace jetstream::jscat {
namespace {

/// Ctrl+C ends the program at once while nobody runs the loop that would notice it.
class PlainInterrupt {
 public:
  PlainInterrupt() {
    struct sigaction plain{};
    plain.sa_handler = SIG_DFL;
    ::sigaction(SIGINT, &plain, &before_);
  }
  ~PlainInterrupt() { ::sigaction(SIGINT, &before_, nullptr); }
  PlainInterrupt(const PlainInterrupt&) = delete;
  PlainInterrupt& operator=(const PlainInterrupt&) = delete;

 private:
  struct sigaction before_{};
};

}  // namespace

bool Console::is_interactive() const { return ::isatty(in) == 1; }

bool Console::agrees(const std::string& question) const {
  if (!is_interactive()) return false;
  const PlainInterrupt interrupt;
  notes << question << std::flush;
  // A terminal gives one line a read, so nothing of what follows is swallowed.
  std::array<char, 256> line{};
  const ssize_t size = ::read(in, line.data(), line.size());
  return size > 0 && std::string_view(line.data(), static_cast<std::size_t>(size)) == "yes\n";
}

}  // namespace jetstream::jscat
