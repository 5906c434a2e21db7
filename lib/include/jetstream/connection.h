// SPDX-License-Identifier: MIT
//
// The Asio faces (Connection, Client, Server) follow one convention. An asynchronous function takes
// any completion token last; its completion signature is `void(Result<T>)`. With a callback:
//
//     connection.recv(stream, [](Result<Received> received) { ... });
//
// and inside a coroutine, where nothing is ever thrown:
//
//     Result<Received> received = co_await connection.recv(stream, asio::use_awaitable);
//
// Handlers run in their associated executor, otherwise in the io_context, and never inside the call
// that starts the operation. When a session ends, its pending operations end with kClosing. What
// had arrived before the peer closed it can still be received after that, with recv() and
// accept_stream().
// Destroying a Client or Server with operations pending is safe and ends them the same way.
// Thread rule: everything belongs to the one thread that runs the io_context.
#pragma once

#include <asio/async_result.hpp>
#include <asio/io_context.hpp>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "jetstream/completion.h"
#include "jetstream/endpoint.h"

namespace jetstream {

namespace net {
class Line;
}

/// What one recv() brought.
struct Received {
  std::vector<std::uint8_t> data;
  /// With Framing::kMessages: `data` is one whole message. Never set with Framing::kBytes.
  bool message_end = false;
  /// Nothing follows: the peer has finished the stream. `data` may be empty then.
  bool fin = false;
};

/// What becomes of early data that the server has refused, which is its right at any time. Nothing
/// of it has reached a service then.
enum class EarlyRefused : std::uint8_t {
  /// What was sent on the streams is sent again, once, as soon as the session is established, on
  /// streams with the same ids; operations go on as if nothing had happened. What was sent is kept
  /// in memory until then.
  kResend,
  /// Operations on the streams end with kEarlyRejected; the streams never were.
  kTell,
};

/// One session, from Client::connect() or Server::accept(). A cheap handle: copies mean the same
/// session, and the session does not end with them but with close() or drain(), by the peer or by
/// timeout. May
/// outlive its Client or Server. A default-made one may only be assigned to, compared with false,
/// and destroyed.
class Connection {
 public:
  Connection() = default;
  explicit operator bool() const { return line_ != nullptr; }

  /// From Client::connect_early(): waits for the end of the handshake, `void(Result<>)`.
  /// SessionInfo::early_accepted tells then whether early data was taken. Errors as of connect().
  /// Other connections are connected already.
  template <class Token>
  auto connected(Token&& token) const;

  /// Opens a stream; data may be sent at once. kStreamLimit when the peer's max_streams are open,
  /// kInvalidArgument on bad options, kClosing after the session's end.
  Result<StreamId> open_stream(const StreamOptions& options = {});

  /// The next stream that the peer opens: `void(Result<StreamId>)`. stream_info() tells the service
  /// it asks for.
  template <class Token>
  auto accept_stream(Token&& token) const;

  /// Sends all of `data`, which must stay valid until completion: `void(Result<>)`. Completes when
  /// everything is taken over for sending, not when it has arrived. On a stream with
  /// Framing::kMessages, one call sends one message (kMessageTooLarge beyond the peer's
  /// message_bytes_max). Calls on one stream queue up in order. kReset if the peer asked to stop.
  template <class Token>
  auto send_on_stream(StreamId stream, Bytes data, Token&& token) const;

  /// Waits for data: `void(Result<Received>)`; with Framing::kBytes whatever there is, with
  /// Framing::kMessages one whole message. One call at a time on a stream, otherwise
  /// kInvalidArgument. kReset if the peer abandoned the stream, kUnknownStream when it is over.
  template <class Token>
  auto recv(StreamId stream, Token&& token) const;

  /// Ends this side's sending after what send_on_stream() was given; the peer sees `fin`. Receiving
  /// goes on.
  Result<> close_stream(StreamId stream);
  /// Abandons the stream in both directions with an application code.
  Result<> reset_stream(StreamId stream, std::uint64_t code);
  Result<StreamInfo> stream_info(StreamId stream) const;

  /// Ends the session at once; what has not arrived yet is lost: wait for the peer's answer first,
  /// or use drain(). `message`, at most 255 bytes, is for the peer's people. Without effect after
  /// the session's end.
  void close(CloseReason reason = CloseReason::kNormal, std::string_view message = {});
  /// Ends the session in order: the peer is told, no stream is opened any more, those that are open
  /// come to their ends, and what was handed over is delivered. Then, or at the deadline, the
  /// session closes; closed() tells when. Finish your own streams (close_stream()) to have it soon.
  /// A second call can only bring the deadline forward. kInvalidArgument if the deadline is not 0
  /// to 24 h, kClosing after the session's end.
  Result<> drain(const DrainOptions& options);
  /// The same with CloseReason::kNormal, which is what a client leaves with.
  Result<> drain(Duration deadline);
  /// Waits for the end of the session, whoever ends it: `void(Result<CloseInfo>)`.
  template <class Token>
  auto closed(Token&& token) const;

  /// Clients: a ticket for ConnectOptions::import_session_ticket() of a later session,
  /// `void(Result<SessionTicket>)`: one that has come already, or else the next, which the server
  /// is asked for. A server gives four in a session at most, or none at all; then this waits for
  /// the session's end. kInvalidArgument on a server's connection.
  template <class Token>
  auto generate_session_ticket(Token&& token) const;

  /// kClosing after the session's end.
  Result<SessionInfo> info() const;
  /// Stays the same after the session's end.
  SessionHandle handle() const;

  /// Internal: from Client and Server.
  explicit Connection(std::shared_ptr<net::Line> line) : line_(std::move(line)) {}

 private:
  asio::io_context::executor_type executor() const;
  void start_connected(net::Completion<> completion) const;
  void start_accept_stream(net::Completion<StreamId> completion) const;
  void start_send(StreamId stream, Bytes data, net::Completion<> completion) const;
  void start_recv(StreamId stream, net::Completion<Received> completion) const;
  void start_closed(net::Completion<CloseInfo> completion) const;
  void start_ticket(net::Completion<SessionTicket> completion) const;

  std::shared_ptr<net::Line> line_;
};

template <class Token>
auto Connection::connected(Token&& token) const {
  return asio::async_initiate<Token, void(Result<>)>(
      [self = *this](auto completion) {
        self.start_connected({std::move(completion), self.executor()});
      },
      token);
}

template <class Token>
auto Connection::accept_stream(Token&& token) const {
  return asio::async_initiate<Token, void(Result<StreamId>)>(
      [self = *this](auto completion) {
        self.start_accept_stream({std::move(completion), self.executor()});
      },
      token);
}

template <class Token>
auto Connection::send_on_stream(StreamId stream, Bytes data, Token&& token) const {
  return asio::async_initiate<Token, void(Result<>)>(
      [self = *this, stream, data](auto completion) {
        self.start_send(stream, data, {std::move(completion), self.executor()});
      },
      token);
}

template <class Token>
auto Connection::recv(StreamId stream, Token&& token) const {
  return asio::async_initiate<Token, void(Result<Received>)>(
      [self = *this, stream](auto completion) {
        self.start_recv(stream, {std::move(completion), self.executor()});
      },
      token);
}

template <class Token>
auto Connection::closed(Token&& token) const {
  return asio::async_initiate<Token, void(Result<CloseInfo>)>(
      [self = *this](auto completion) {
        self.start_closed({std::move(completion), self.executor()});
      },
      token);
}

template <class Token>
auto Connection::generate_session_ticket(Token&& token) const {
  return asio::async_initiate<Token, void(Result<SessionTicket>)>(
      [self = *this](auto completion) {
        self.start_ticket({std::move(completion), self.executor()});
      },
      token);
}

}  // namespace jetstream
