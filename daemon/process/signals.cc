// SPDX-License-Identifier: MIT
#include "daemon/process/signals.h"

#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <csignal>
#include <system_error>

namespace jetstream::daemon {
namespace {

constexpr std::array kSignals = {
    SignalSpec{SIGTERM, "SIGTERM",
               "Drains: no new sessions, those that are open come to their end, at the latest at "
               "`drain.deadline`, then exits with 0. Container runtimes often kill 10 s after it: "
               "give them more than `drain.deadline`. A second SIGTERM or SIGINT exits at once."},
    SignalSpec{SIGINT, "SIGINT",
               "The same, but where standard input is a terminal, so that somebody pressed Ctrl-C, "
               "it closes all sessions and exits at once."},
    SignalSpec{SIGQUIT, "SIGQUIT",
               "Exits at once with 0: clients are told nothing, and there is no core file."},
    SignalSpec{SIGHUP, "SIGHUP",
               "Reads the configuration again, as `jsctl config reload` does, which also tells "
               "what became of it."},
    SignalSpec{SIGUSR1, "SIGUSR1",
               "Nothing. Elsewhere it reopens log files; here the log goes to standard error, and "
               "whoever reads that keeps files."},
    SignalSpec{SIGUSR2, "SIGUSR2", "Logs how things stand, as `daemon.status`."},
};

sigset_t held_signals() {
  sigset_t held;
  sigemptyset(&held);
  for (const SignalSpec& signal : signal_table()) sigaddset(&held, signal.number);
  return held;
}

}  // namespace

std::span<const SignalSpec> signal_table() { return kSignals; }

void hold_signals() {
  std::signal(SIGPIPE, SIG_IGN);
  const sigset_t held = held_signals();
  pthread_sigmask(SIG_BLOCK, &held, nullptr);
}

// Shared with the pending wait, which may complete after the owner is gone. Signals are read from a
// descriptor like everything else, so no handler ever runs in the middle of other code.
struct Signals::State : std::enable_shared_from_this<State> {
  State(asio::io_context& io, SignalActions signal_actions, bool has_terminal)
      : descriptor(io), actions(std::move(signal_actions)), at_terminal(has_terminal) {}

  void wait() {
    descriptor.async_wait(asio::posix::stream_descriptor::wait_read,
                          [self = shared_from_this()](const std::error_code& error) {
                            if (error || self->closed) return;
                            self->read();
                            if (!self->closed) self->wait();
                          });
  }

  void read() {
    signalfd_siginfo info{};
    while (!closed && ::read(descriptor.native_handle(), &info, sizeof info) == sizeof info) {
      act(static_cast<int>(info.ssi_signo));
    }
  }

  void act(int number) {
    const bool stops = number == SIGTERM || number == SIGINT;
    const auto signal = std::find_if(kSignals.begin(), kSignals.end(),
                                     [number](const auto& row) { return row.number == number; });
    const bool at_once = stops && (stopping || (number == SIGINT && at_terminal));
    actions.announce(*signal, at_once);
    if (number == SIGUSR1) return;
    if (number == SIGUSR2) return actions.status();
    if (number == SIGQUIT) return actions.quit();
    if (number == SIGHUP) return actions.reload();
    stopping = true;
    return at_once ? actions.stop_now() : actions.stop();
  }

  asio::posix::stream_descriptor descriptor;
  SignalActions actions;
  const bool at_terminal;
  bool stopping = false;
  // A signal may be on its way to the handler already when the owner goes.
  bool closed = false;
};

Signals::Signals(asio::io_context& io, SignalActions actions, bool at_terminal)
    : state_(std::make_shared<State>(io, std::move(actions), at_terminal)) {}

Signals::~Signals() {
  state_->closed = true;
  state_->descriptor.close();
}

Result<> Signals::start() {
  const sigset_t held = held_signals();
  const int descriptor = signalfd(-1, &held, SFD_NONBLOCK | SFD_CLOEXEC);
  if (descriptor < 0) {
    return unexpected(Error{LocalCode::kSystem,
                            "cannot listen to signals: " + std::generic_category().message(errno)});
  }
  state_->descriptor.assign(descriptor);
  state_->wait();
  return {};
}

}  // namespace jetstream::daemon
