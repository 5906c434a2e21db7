// SPDX-License-Identifier: MIT
#include "ipc/line_server.h"

#include <unistd.h>

#include <asio/buffer.hpp>
#include <asio/error.hpp>

#include "base/assert.h"
#include "jetstream/control.h"

namespace jetstream::ipc {
namespace {

/// How long to leave the listener alone when no descriptor is left: it would stay readable and
/// spin.
constexpr std::chrono::milliseconds kAcceptRetry{100};

/// One attempt, without waiting: the buffer of a fresh connection has room for a line.
void refuse_connection(LineConnection::Socket& socket) {
  const std::string line =
      control::write_error({}, {control::ErrorCode::kBusy, "too many admin connections",
                                "close some, or try again in a minute"});
  asio::error_code ignored;
  socket.non_blocking(true, ignored);
  socket.write_some(asio::buffer(line), ignored);
}

}  // namespace

LineServer::LineServer(asio::io_context& io, FileDescriptor listener,
                       const LineServerOptions& options, LineConnection::OnLine on_line)
    : acceptor_(io),
      retry_timer_(io),
      timeouts_(options.timeouts),
      limits_(options.limits, ::geteuid()),
      on_line_(std::move(on_line)) {
  asio::error_code error;
  acceptor_.assign(asio::local::stream_protocol(), listener.release(), error);
  JS_ASSERT(!error);
  accept();
}

LineServer::~LineServer() {
  stop_accepting();
  while (!connections_.empty()) {
    const std::shared_ptr<LineConnection> connection = *connections_.begin();
    connection->close();
  }
}

void LineServer::stop_accepting() {
  asio::error_code ignored;
  acceptor_.close(ignored);
  retry_timer_.cancel();
}

void LineServer::accept() {
  acceptor_.async_accept([this, alive = std::weak_ptr(alive_)](const asio::error_code& error,
                                                               LineConnection::Socket socket) {
    // Closing the acceptor does not take back a completion that is queued already.
    if (alive.expired() || !acceptor_.is_open()) return;
    if (error && error != asio::error::connection_aborted) return accept_later();
    if (!error) on_accepted(std::move(socket));
    accept();
  });
}

void LineServer::accept_later() {
  retry_timer_.expires_after(kAcceptRetry);
  retry_timer_.async_wait([this, alive = std::weak_ptr(alive_)](const asio::error_code& error) {
    if (!error && !alive.expired() && acceptor_.is_open()) accept();
  });
}

void LineServer::on_accepted(LineConnection::Socket socket) {
  std::optional<PeerCredentials> peer = peer_credentials(socket.native_handle());
  if (!peer) return;
  if (!limits_.admit(peer->uid)) return refuse_connection(socket);
  auto on_closed = [this](const std::shared_ptr<LineConnection>& connection) {
    limits_.release(connection->peer().uid);
    connections_.erase(connection);
  };
  auto connection = std::make_shared<LineConnection>(std::move(socket), *std::move(peer), timeouts_,
                                                     on_line_, std::move(on_closed));
  connections_.insert(connection);
  connection->start();
}

}  // namespace jetstream::ipc
