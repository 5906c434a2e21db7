// SPDX-License-Identifier: MIT
#include "jsctl/keyboard.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <string_view>

namespace jetstream::jsctl {

Keyboard::Keyboard(bool wanted) {
  if (!wanted || ::isatty(STDIN_FILENO) == 0 || ::tcgetattr(STDIN_FILENO, &before_) != 0) return;
  termios raw = before_;
  // No signals either: Ctrl-C comes as a key, so that the terminal is given back.
  raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | ISIG);
  active_ = ::tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0;
}

Keyboard::~Keyboard() {
  if (active_) ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
}

bool Keyboard::wait(std::chrono::milliseconds time) const {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + time;
  while (true) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
    if (left <= 0) return true;
    pollfd keys{STDIN_FILENO, POLLIN, 0};
    const int ready =
        ::poll(&keys, active_ ? 1 : 0, static_cast<int>(std::min<long>(left, 60'000)));
    if (ready <= 0) continue;
    char key = 0;
    constexpr std::string_view kLeave("qQ\x03\x04", 4);
    if (::read(STDIN_FILENO, &key, 1) != 1 || kLeave.find(key) != kLeave.npos) return false;
  }
}

}  // namespace jetstream::jsctl
