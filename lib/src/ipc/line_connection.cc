// SPDX-License-Identifier: MIT
//
// Exactly one thing is under way at any time: reading a request, waiting for its answer, or writing
// it. The one timer belongs to whichever of reading and writing that is; waiting has no limit here,
// because whoever answers knows better how long it may take.
#include "ipc/line_connection.h"

#include <asio/buffer.hpp>
#include <asio/error.hpp>
#include <asio/write.hpp>

#include "jetstream/control.h"

namespace jetstream::ipc {

Answer::~Answer() {
  if (const auto connection = connection_.lock()) connection->close();
}

void Answer::finish(std::string lines) {
  if (const auto connection = std::exchange(connection_, {}).lock()) {
    connection->write(std::move(lines));
  }
}

LineConnection::LineConnection(Socket socket, PeerCredentials peer, const LineTimeouts& timeouts,
                               OnLine on_line, OnClosed on_closed)
    : socket_(std::move(socket)),
      timer_(socket_.get_executor()),
      peer_(std::move(peer)),
      timeouts_(timeouts),
      on_line_(std::move(on_line)),
      on_closed_(std::move(on_closed)),
      received_(control::kRequestBytesMax) {}

void LineConnection::start() { await_request(); }

void LineConnection::close() {
  if (!socket_.is_open()) return;
  asio::error_code ignored;
  socket_.close(ignored);
  disarm();
  if (on_closed_) on_closed_(shared_from_this());
}

/// One timer for the whole request, however many pieces it comes in.
void LineConnection::await_request() {
  arm(timeouts_.idle);
  go_on();
}

void LineConnection::go_on() {
  if (const auto line = received_.next_line()) {
    disarm();
    on_line_(*line, std::make_shared<Answer>(weak_from_this(), peer_));
  } else if (received_.too_long()) {
    answer_and_close(control::write_error(
        {}, {control::ErrorCode::kRequestTooLarge,
             "a request has at most " + std::to_string(control::kRequestBytesMax) + " bytes",
             std::nullopt}));
  } else if (!read_ended_) {
    read_more();
  } else if (!received_.empty()) {
    answer_and_close(control::write_error(
        {}, {control::ErrorCode::kBadRequest, "the last line has no newline", std::nullopt}));
  } else {
    close();
  }
}

void LineConnection::read_more() {
  socket_.async_read_some(
      asio::buffer(chunk_),
      [self = shared_from_this()](const asio::error_code& error, std::size_t size) {
        if (!self->socket_.is_open()) return;
        self->received_.append({self->chunk_.data(), size});
        if (error == asio::error::eof) {
          self->read_ended_ = true;
        } else if (error) {
          return self->close();
        }
        self->go_on();
      });
}

void LineConnection::answer_and_close(std::string lines) {
  close_when_written_ = true;
  write(std::move(lines));
}

void LineConnection::write(std::string lines) {
  if (!socket_.is_open()) return;
  outgoing_ = std::move(lines);
  arm(timeouts_.write);
  asio::async_write(socket_, asio::buffer(outgoing_),
                    [self = shared_from_this()](const asio::error_code& error, std::size_t) {
                      if (error) return self->close();
                      self->on_written();
                    });
}

void LineConnection::on_written() {
  if (!socket_.is_open()) return;
  outgoing_.clear();
  outgoing_.shrink_to_fit();
  if (close_when_written_) return close();
  await_request();
}

void LineConnection::arm(std::chrono::milliseconds timeout) {
  timer_.expires_after(timeout);
  const std::uint64_t armed = ++timer_generation_;
  timer_.async_wait([self = shared_from_this(), armed](const asio::error_code& error) {
    // Cancelling does not take back a completion that is queued already.
    if (!error && armed == self->timer_generation_) self->close();
  });
}

void LineConnection::disarm() {
  ++timer_generation_;
  timer_.cancel();
}

}  // namespace jetstream::ipc
