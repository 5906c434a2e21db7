// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include <asio/io_context.hpp>

#include "jetstream/result.h"

namespace jetstream::daemon {

/// A signal that the process listens to.
struct SignalSpec {
  int number;
  std::string_view name;
  std::string_view doc;  ///< What it does, for the manual.
};
std::span<const SignalSpec> signal_table();

/// What the signals of a process mean to it. Every callback runs on the io_context's thread.
struct SignalActions {
  /// Any of them has come, and its action follows. `at_once`: that is stop_now.
  std::function<void(const SignalSpec& signal, bool at_once)> announce;
  /// The first SIGTERM or SIGINT: finish what is under way, then stop.
  std::function<void()> stop;
  /// Each further one, and a SIGINT at a terminal: stop at once.
  std::function<void()> stop_now;
  /// SIGUSR2: say how things stand.
  std::function<void()> status;
  /// SIGQUIT: end now, without a word to anybody and without a core file.
  std::function<void()> quit;
  /// SIGHUP: read the configuration again.
  std::function<void()> reload;
};

/// Keeps the signals of the table from interrupting any thread: the calling one and all that are
/// started after. They wait in the kernel until Signals reads them, so one that
/// comes during the start is honoured. Also keeps SIGPIPE from ending the process when a reader of
/// its output goes away. Call it before the first thread is started.
void hold_signals();

/// Reads the held signals from its construction to its destruction. One in a process.
class Signals {
 public:
  /// `at_terminal`: whether SIGINT means that somebody pressed Ctrl-C.
  Signals(asio::io_context& io, SignalActions actions, bool at_terminal);
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  /// Starts to read. Fails if the process is out of descriptors.
  Result<> start();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace jetstream::daemon
