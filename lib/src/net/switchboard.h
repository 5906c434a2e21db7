// SPDX-License-Identifier: MIT
#pragma once

#include <asio/steady_timer.hpp>
#include <map>

#include "net/atomic_session_ids.h"
#include "net/line.h"

namespace jetstream::net {

/// What Client and Server are made of: a driver, and the table that connects its events with the
/// operations that wait for them.
class Switchboard {
 public:
  /// `reason` is what sessions are closed with when it goes.
  explicit Switchboard(CloseReason reason) : farewell_(reason) {}
  ~Switchboard();
  Switchboard(const Switchboard&) = delete;
  Switchboard& operator=(const Switchboard&) = delete;

  /// To be called first, once, with a driver that has not started.
  void run(std::unique_ptr<UdpDriver> driver);

  /// For an EndpointConfig, because it outlives the endpoint here.
  SessionIdSource& session_ids() { return session_ids_; }

  UdpDriver& driver() { return *driver_; }
  void connect(const ConnectOptions& options, Completion<Connection> completion);
  Result<Connection> connect_early(const ConnectOptions& options, EarlyRefused then);
  void accept(Completion<Connection> completion);
  void drain(const DrainOptions& options, Completion<> completion);
  Connection find(const PeerAddress& remote) const;

 private:
  using Lines = std::map<SessionHandle, std::shared_ptr<Line>>;
  class Sentinel;

  Result<std::shared_ptr<Line>> start_line(const ConnectOptions& options);
  void on_turn();
  void on_event(const Event& event);
  void on_accepted(SessionHandle session);
  void on_closed(SessionHandle session);
  void begin_drain(const DrainOptions& options);
  void finish_drain_if_done();
  void stop();

  AtomicSessionIds session_ids_;
  CloseReason farewell_;
  std::unique_ptr<UdpDriver> driver_;
  Lines lines_;
  std::deque<SessionHandle> accepted_;
  std::deque<Completion<Connection>> accepting_;

  std::optional<DrainOptions> draining_;
  std::deque<Completion<>> drains_;
  Instant drain_ends_ = kNever;  // whoever is left then
  std::optional<asio::steady_timer> drain_timer_;

  // Notices that the io_context goes first, with a coroutine waiting that owns this.
  std::optional<asio::steady_timer> sentinel_timer_;
  std::shared_ptr<Switchboard*> self_;
};

}  // namespace jetstream::net
