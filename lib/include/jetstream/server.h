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

  /// The session whose peer has this address, the newest if there are several; an empty one if
  /// there is none.
  Connection get_session(const PeerAddress& remote) const;
  /// Sessions that are established.
  std::size_t session_count() const;
  PeerAddress local_endpoint() const;

  /// Closes every session, and every one that still comes, with `reason`: `void(Result<>)`.
  /// Completes when all of them are gone, so that lost CLOSEs were sent again, at the latest after
  /// 3 s.
  template <class Token>
  auto shutdown(CloseReason reason, Token&& token);
  template <class Token>
  auto shutdown(Token&& token) {
    return shutdown(CloseReason::kGoingAway, std::forward<Token>(token));
  }

 private:
  explicit Server(std::unique_ptr<net::Switchboard> board);
  static asio::io_context::executor_type executor(net::Switchboard& board);
  static void start_accept(net::Switchboard& board, net::Completion<Connection> completion);
  static void start_shutdown(net::Switchboard& board, CloseReason reason,
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
auto Server::shutdown(CloseReason reason, Token&& token) {
  return asio::async_initiate<Token, void(Result<>)>(
      [board = board_.get(), reason](auto handler) {
        start_shutdown(*board, reason, {std::move(handler), executor(*board)});
      },
      token);
}

}  // namespace jetstream
