// SPDX-License-Identifier: MIT
#pragma once

#include <asio/io_context.hpp>
#include <asio/local/stream_protocol.hpp>
#include <asio/steady_timer.hpp>
#include <memory>
#include <unordered_set>

#include "ipc/connection_limits.h"
#include "ipc/file_descriptor.h"
#include "ipc/line_connection.h"

namespace jetstream::ipc {

struct LineServerOptions {
  ConnectionLimits::Options limits;
  LineTimeouts timeouts;
};

/// Serves the admin socket: accepts within the limits, and hands each line to one function. A
/// connection too many is told `busy` and closed. Lives on one io_context with one thread, which
/// must not be a worker's: nothing here can then delay a datagram.
class LineServer {
 public:
  /// `listener` is a bound, listening Unix socket (SocketFile::take_listener()). `io` must outlive
  /// the server.
  LineServer(asio::io_context& io, FileDescriptor listener, const LineServerOptions& options,
             LineConnection::OnLine on_line);
  LineServer(const LineServer&) = delete;
  LineServer& operator=(const LineServer&) = delete;
  /// Closes every connection, unwritten answers included.
  ~LineServer();

  /// Takes no more connections; those there are go on.
  void stop_accepting();
  std::size_t connection_count() const { return connections_.size(); }

 private:
  using Acceptor = asio::local::stream_protocol::acceptor;

  void accept();
  void on_accepted(LineConnection::Socket socket);
  void accept_later();

  Acceptor acceptor_;
  asio::steady_timer retry_timer_;
  LineTimeouts timeouts_;
  ConnectionLimits limits_;
  LineConnection::OnLine on_line_;
  std::unordered_set<std::shared_ptr<LineConnection>> connections_;
  /// Expires with the server: completions that are queued then must not touch it.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace jetstream::ipc
