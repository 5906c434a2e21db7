// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "jetstream/address.h"
#include "jetstream/config.h"
#include "jetstream/connection.h"
#include "jetstream/udp_options.h"

namespace jetstream {

namespace net {
class Switchboard;
}

/// Any number of outgoing sessions that share one UDP socket. Conventions and thread rule:
/// connection.h.
class Client {
 public:
  /// Opens the socket. kInvalidArgument if `config` is out of range or makes a server, kSystem with
  /// the call that failed. `io` must outlive the client.
  static Result<Client> create(asio::io_context& io, const EndpointConfig& config = {},
                               const UdpOptions& udp = {});
  /// Ends every session with CLOSE, sent once and not waited for.
  ~Client();
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;

  /// Connects, handshake included: `void(Result<Connection>)`. kNoTrust without trust configured;
  /// kUntrustedIdentity, kHandshakeTimeout and others if it fails, with a sentence to show.
  template <class Token>
  auto connect(const ConnectOptions& options, Token&& token);

  /// connect() that gives the connection at once, so that what is safe to say twice can leave with
  /// the hello: with a ticket that allows early data (ConnectOptions::ticket), streams with
  /// StreamOptions::early may be opened and sent on right now, and recv() waits for the answers.
  /// Connection::connected() tells when the handshake is over; all other streams have to wait for
  /// that (kNotConnected), and without such a ticket these too. Whoever records early data can send
  /// it again: only requests that do no harm twice belong there.
  Result<Connection> connect_early(const ConnectOptions& options,
                                   EarlyRefused then = EarlyRefused::kResend);

  /// Goes on with a new socket, when this machine's network has changed: every session follows, and
  /// the servers learn of it at once. kSystem with the call that failed; then nothing has changed.
  Result<> migrate(const UdpOptions& udp = {});

  /// Sessions that are established.
  std::size_t session_count() const;
  PeerAddress local_endpoint() const;

 private:
  explicit Client(std::unique_ptr<net::Switchboard> board);
  static asio::io_context::executor_type executor(net::Switchboard& board);
  static void start_connect(net::Switchboard& board, const ConnectOptions& options,
                            net::Completion<Connection> completion);

  std::unique_ptr<net::Switchboard> board_;
};

namespace net {
void start_resolve(asio::io_context& io, const HostPort& host,
                   Completion<std::vector<PeerAddress>> completion);
}

/// Looks a name up, in a thread of Asio's own: `void(Result<std::vector<PeerAddress>>)`, never
/// empty, in the order in which the system recommends to try them. kSystem if there is no such
/// name. Numeric addresses pass as well.
template <class Token>
auto resolve(asio::io_context& io, const HostPort& host, Token&& token) {
  return asio::async_initiate<Token, void(Result<std::vector<PeerAddress>>)>(
      [&io, host](auto handler) {
        net::start_resolve(io, host, {std::move(handler), io.get_executor()});
      },
      token);
}

template <class Token>
auto Client::connect(const ConnectOptions& options, Token&& token) {
  return asio::async_initiate<Token, void(Result<Connection>)>(
      [board = board_.get(), options](auto handler) {
        start_connect(*board, options, {std::move(handler), executor(*board)});
      },
      token);
}

}  // namespace jetstream
