// SPDX-License-Identifier: MIT
#pragma once

#include "jetstream/address.h"
#include "jetstream/config.h"
#include "jetstream/connection.h"
#include "jetstream/udp_options.h"

namespace jetstream {

namespace net {
class Switchboard;
}

/// A listening UDP socket and its sessions. Conventions and thread rule: connection.h. Programs
/// that run services at the highest rates use UdpDriver instead.
class Server {
 public:
  /// Binds and begins to answer handshakes. `config.server` must say who the server is. Without
  /// `config.session_ids` numbers count up from 1. kInvalidArgument, or kSystem with the call that
  /// failed. `io` must outlive the server.
  static Result<Server> bind(asio::io_context& io, const UdpOptions& udp,
                             const EndpointConfig& config);
  static Result<Server> bind(asio::io_context& io, const PeerAddress& address,
                             const EndpointConfig& config);
  /// Ends every session with CLOSE GoingAway, sent once and not waited for.
  ~Server();
  Server(Server&&) noexcept;
  Server& operator=(Server&&) noexcept;

  /// The next session whose handshake is done: `void(Result<Connection>)`. Those that end before
  /// anybody asks are passed over. kClosing after shutdown().
  template <class Token>
  auto accept(Token&& token);

  /// The session whose peer has this address, the last to come there if several; an empty one if
  /// there is none.
  Connection get_session(const PeerAddress& remote) const;
  /// Sessions that are established.
  std::size_t session_count() const;
  PeerAddress local_endpoint() const;

  /// Leaves in order: new sessions are refused, with the word on when and where to try again, and
  /// those there are end as with Connection::drain(). What nobody has accepted yet is closed.
  /// `void(Result<>)`, completes when all of them are gone, at the latest a second after the
  /// deadline, so that lost CLOSEs were sent again. accept() ends with kClosing. A second call can
  /// only bring the deadline forward. kInvalidArgument if the deadline is not 0 to 24 h; then
  /// nothing has changed.
  template <class Token>
  auto drain(const DrainOptions& options, Token&& token);
  template <class Token>
  auto drain(Duration deadline, Token&& token) {
    return drain(DrainOptions{.deadline = deadline, .message = {}, .alternate = {}},
                 std::forward<Token>(token));
  }

  /// drain() for programs that end: what was handed over is delivered and streams that end by
  /// themselves do, but nobody is waited for longer than 2 s. 3 s pass at most.
  template <class Token>
  auto shutdown(CloseReason reason, Token&& token) {
    return drain(
        DrainOptions{
            .deadline = kShutdownDeadline, .reason = reason, .message = {}, .alternate = {}},
        std::forward<Token>(token));
  }
  template <class Token>
  auto shutdown(Token&& token) {
    return shutdown(CloseReason::kGoingAway, std::forward<Token>(token));
  }

 private:
  /// What somebody who pressed Ctrl+C waits for without pressing it again.
  static constexpr Duration kShutdownDeadline = std::chrono::seconds(2);

  explicit Server(std::unique_ptr<net::Switchboard> board);
  static asio::io_context::executor_type executor(net::Switchboard& board);
  static void start_accept(net::Switchboard& board, net::Completion<Connection> completion);
  static void start_drain(net::Switchboard& board, const DrainOptions& options,
                          net::Completion<> completion);

  std::unique_ptr<net::Switchboard> board_;
};

template <class Token>
auto Server::accept(Token&& token) {
  return asio::async_initiate<Token, void(Result<Connection>)>(
      [board = board_.get()](auto handler) {
        start_accept(*board, {std::move(handler), executor(*board)});
      },
      token);
}

template <class Token>
auto Server::drain(const DrainOptions& options, Token&& token) {
  return asio::async_initiate<Token, void(Result<>)>(
      [board = board_.get(), options](auto handler) {
        start_drain(*board, options, {std::move(handler), executor(*board)});
      },
      token);
}

}  // namespace jetstream
