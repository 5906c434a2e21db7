// SPDX-License-Identifier: MIT
#pragma once

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>
#include <memory>
#include <optional>

#include "cli/jscat/args.h"
#include "cli/jscat/failure.h"
#include "jetstream/udp_driver.h"

namespace jetstream::jscat {

/// What happens on the socket is told to one of these.
class Actor {
 public:
  virtual ~Actor() = default;
  virtual void on_event(Instant now, const Event& event) = 0;
  /// All events of this turn have been told.
  virtual void on_turn(Instant) {}
};

/// A socket with its endpoint and event loop. Its end closes every session with CLOSE Normal.
///
/// Everything happens in the thread that calls run(). Ctrl+C and SIGTERM end run(); a second one
/// ends the program.
class Runner {
 public:
  /// `session` is what sessions offer unless they override it.
  static Result<std::unique_ptr<Runner>, Failure> open(const ServerArgs& server,
                                                       const SessionConfig& session);
  ~Runner();
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  /// Runs the loop for `actor` until stop() is called or a signal came; the signal, or 0.
  int run(Actor& actor);
  /// Ends run() once the current turn is over, or at once if it has not begun.
  void stop();

  asio::io_context& io() { return io_; }
  UdpDriver& driver() { return *driver_; }
  Endpoint& endpoint() { return driver_->endpoint(); }
  Instant now() const { return driver_->now(); }
  /// Whether this socket can send to `remote`.
  bool reaches(const PeerAddress& remote) const;

 private:
  Runner();
  void on_turn(Instant now);
  void wait_signal();

  asio::io_context io_{1};
  asio::signal_set signals_;
  std::unique_ptr<UdpDriver> driver_;
  Family family_ = Family::kAny;
  Actor* actor_ = nullptr;
  bool stopped_ = false;
  int signal_ = 0;
};

}  // namespace jetstream::jscat
