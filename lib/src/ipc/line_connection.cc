// SPDX-License-Identifier: MIT
//
// Exactly one thing is under way at any time: reading a request, waiting for its answer, or writing
// it. The one timer belongs to whichever of reading and writing that is; waiting has no limit here,
// because whoever answers knows better how long it may take. Only a stream reads and writes at
// once.
#include "ipc/line_connection.h"

#include <asio/buffer.hpp>
#include <asio/error.hpp>
#include <asio/write.hpp>

#include "base/assert.h"
#include "jetstream/control.h"

namespace jetstream::ipc {

Answer::~Answer() {
  const auto connection = connection_.lock();
  if (!connection) return;
  if (connection->stream_) connection->stream_->gone = nullptr;
  connection->close();
}

void Answer::finish(std::string lines) {
  const auto connection = std::exchange(connection_, {}).lock();
  if (!connection) return;
  if (connection->stream_) return connection->finish_stream(lines);
  connection->write(std::move(lines));
}

void Answer::finish_and_close(std::string lines) {
  if (const auto connection = connection_.lock()) connection->close_when_written_ = true;
  finish(std::move(lines));
}

bool Answer::begin_stream(StreamOptions options, std::string_view first) {
  const auto connection = connection_.lock();
  return connection && connection->begin_stream(std::move(options), first);
}

void Answer::write_line(std::string_view line) {
  if (const auto connection = connection_.lock()) connection->write_stream_line(line);
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
  const auto stream = std::exchange(stream_, std::nullopt);
  if (on_closed_) on_closed_(shared_from_this());
  if (stream && stream->gone && !stream->ended) stream->gone();
}

/// One timer for the whole request, however many pieces it comes in.
void LineConnection::await_request() {
  arm(timeouts_.idle);
  awaiting_request_ = true;
  go_on();
}

void LineConnection::go_on() {
  if (const auto line = received_.next_line()) {
    disarm();
    awaiting_request_ = false;
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
  if (std::exchange(reading_, true)) return;
  socket_.async_read_some(
      asio::buffer(chunk_),
      [self = shared_from_this()](const asio::error_code& error, std::size_t size) {
        self->reading_ = false;
        if (!self->socket_.is_open()) return;
        self->received_.append({self->chunk_.data(), size});
        if (error == asio::error::eof) {
          self->read_ended_ = true;
        } else if (error) {
          return self->close();
        }
        if (self->stream_) return self->on_read_beside_stream();
        // A read that a stream has left over must not take up a request before its turn.
        if (self->awaiting_request_) self->go_on();
      });
}

void LineConnection::answer_and_close(std::string lines) {
  awaiting_request_ = false;
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

bool LineConnection::begin_stream(StreamOptions options, std::string_view first) {
  if (!socket_.is_open()) return false;
  JS_ASSERT(!stream_ && outgoing_.empty());
  stream_.emplace(
      Stream{StreamQueue(kStreamQueueBytesMax, std::move(options.gap)), std::move(options.gone)});
  stream_->queue.push_always(first);
  pump_stream();
  // A caller that has left already is seen to by a read that ends at once.
  read_more();
  return true;
}

void LineConnection::write_stream_line(std::string_view line) {
  if (!stream_ || stream_->ended) return;
  stream_->queue.push(line);
  pump_stream();
}

void LineConnection::finish_stream(std::string_view lines) {
  stream_->queue.push_always(lines);
  stream_->ended = true;
  pump_stream();
}

/// The caller may ask for more meanwhile, as much as one request.
void LineConnection::on_read_beside_stream() {
  if (read_ended_ || received_.size() > control::kRequestBytesMax) return close();
  read_more();
}

/// Writes what waits, unless something is being written.
void LineConnection::pump_stream() {
  if (!outgoing_.empty()) return;
  disarm();
  outgoing_ = stream_->queue.take();
  stream_->written = 0;
  if (!outgoing_.empty()) return write_some_of_stream();
  if (!stream_->ended) return;
  stream_.reset();
  if (close_when_written_) return close();
  await_request();
}

/// Every byte that the reader takes gives it the whole timeout again.
void LineConnection::write_some_of_stream() {
  arm(timeouts_.write);
  socket_.async_write_some(
      asio::buffer(outgoing_) + stream_->written,
      [self = shared_from_this()](const asio::error_code& error, std::size_t size) {
        if (!self->socket_.is_open()) return;
        if (error) return self->close();
        self->stream_->written += size;
        if (self->stream_->written < self->outgoing_.size()) return self->write_some_of_stream();
        self->outgoing_.clear();
        self->pump_stream();
      });
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
