// SPDX-License-Identifier: MIT
#pragma once

#include <signal.h>

#include <functional>
#include <memory>

#include <asio/io_context.hpp>

namespace jetstream::daemon {

/// What the signals of a process mean to it. Every callback runs on the io_context's thread.
struct SignalActions {
  /// The first SIGTERM or SIGINT: finish what is under way, then stop.
  std::function<void()> stop;
  /// Each further one: stop at once.
  std::function<void()> stop_now;
  /// SIGHUP, which this release doesn't act upon: say so.
  std::function<void()> ignored;
};

/// Holds SIGTERM, SIGINT and SIGHUP back from the thread that makes it and from all threads that
/// are started while it holds, until release(). So they are the business of that one thread, and
/// one that comes during the start waits.
class SignalHold {
 public:
  SignalHold();
  ~SignalHold() { release(); }
  SignalHold(const SignalHold&) = delete;
  SignalHold& operator=(const SignalHold&) = delete;
  /// On the thread that made it.
  void release();

 private:
  sigset_t before_{};
  bool holds_ = true;
};

/// Listens to SIGTERM, SIGINT and SIGHUP from its construction to its destruction, and keeps
/// SIGPIPE from ending the process when a reader of its output goes away. One in a process.
class Signals {
 public:
  Signals(asio::io_context& io, SignalActions actions);
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace jetstream::daemon
