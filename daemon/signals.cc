// SPDX-License-Identifier: MIT
#include "daemon/signals.h"

#include <asio/signal_set.hpp>
#include <csignal>

namespace jetstream::daemon {

// Shared with the pending wait, which may complete after the owner is gone.
struct Signals::State : std::enable_shared_from_this<State> {
  State(asio::io_context& io, SignalActions signal_actions)
      : set(io, SIGTERM, SIGINT, SIGHUP), actions(std::move(signal_actions)) {}

  void wait() {
    set.async_wait([self = shared_from_this()](const std::error_code& error, int number) {
      if (error || self->closed) return;
      self->act(number);
      if (!self->closed) self->wait();
    });
  }

  void act(int number) {
    if (number == SIGHUP) return actions.ignored();
    if (stopping) return actions.stop_now();
    stopping = true;
    actions.stop();
  }

  asio::signal_set set;
  SignalActions actions;
  bool stopping = false;
  // A signal may be on its way to the handler already when the owner goes.
  bool closed = false;
};

SignalHold::SignalHold() {
  sigset_t held;
  sigemptyset(&held);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&held, number);
  pthread_sigmask(SIG_BLOCK, &held, &before_);
}

void SignalHold::release() {
  if (holds_) pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  holds_ = false;
}

Signals::Signals(asio::io_context& io, SignalActions actions)
    : state_(std::make_shared<State>(io, std::move(actions))) {
  std::signal(SIGPIPE, SIG_IGN);
  state_->wait();
}

Signals::~Signals() {
  state_->closed = true;
  state_->set.cancel();
}

}  // namespace jetstream::daemon
