// SPDX-License-Identifier: MIT
#pragma once

#include <termios.h>

#include <chrono>

namespace jetstream::jsctl {

/// The terminal of a program that is watched: keys come at once and are not shown. Gives it back as
/// it was.
class Keyboard {
 public:
  /// Takes no keys unless `wanted`, and standard input is a terminal.
  explicit Keyboard(bool wanted);
  ~Keyboard();
  Keyboard(const Keyboard&) = delete;
  Keyboard& operator=(const Keyboard&) = delete;

  /// Waits so long. False if the user wants to leave: by q, Ctrl-C or Ctrl-D.
  bool wait(std::chrono::milliseconds time) const;

 private:
  bool active_ = false;
  termios before_{};
};

}  // namespace jetstream::jsctl
