// SPDX-License-Identifier: MIT
#include "daemon/metrics/metrics_connection.h"

#include <asio/buffer.hpp>
#include <asio/write.hpp>

namespace jetstream::daemon {
namespace {

/// What is read behind a request before the connection is cut.
constexpr std::size_t kDiscardedMax = 64 * 1024;

}  // namespace

void MetricsConnection::start() {
  timer_.expires_after(kExchange);
  timer_.async_wait([self = shared_from_this()](const asio::error_code& error) {
    if (!error) self->close();
  });
  read_more();
}

void MetricsConnection::close() {
  if (!socket_.is_open()) return;
  asio::error_code ignored;
  socket_.close(ignored);
  timer_.cancel();
  if (const auto on_closed = std::exchange(on_closed_, nullptr)) on_closed(shared_from_this());
}

void MetricsConnection::read_more() {
  socket_.async_read_some(
      asio::buffer(chunk_),
      [self = shared_from_this()](const asio::error_code& error, std::size_t size) {
        if (error) return self->close();
        self->received_.append(self->chunk_.data(), size);
        const HttpRequest request = read_http_request(self->received_);
        if (request.input == HttpInput::kMore) return self->read_more();
        self->answer(request);
      });
}

void MetricsConnection::answer(const HttpRequest& request) {
  received_.clear();
  outgoing_ = make_answer_(request);
  asio::async_write(socket_, asio::buffer(outgoing_),
                    [self = shared_from_this()](const asio::error_code& error, std::size_t) {
                      if (error) return self->close();
                      asio::error_code ignored;
                      self->socket_.shutdown(asio::socket_base::shutdown_send, ignored);
                      self->discard();
                    });
}

/// Closing with something unread would reset the connection, and the answer with it.
void MetricsConnection::discard() {
  socket_.async_read_some(
      asio::buffer(chunk_),
      [self = shared_from_this()](const asio::error_code& error, std::size_t size) {
        self->discarded_ += size;
        if (error || self->discarded_ > kDiscardedMax) return self->close();
        self->discard();
      });
}

}  // namespace jetstream::daemon
