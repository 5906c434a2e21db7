// SPDX-License-Identifier: MIT
#include "jetstream/connection.h"

#include "net/line.h"

namespace jetstream {

Result<StreamId> Connection::open_stream(const StreamOptions& options) {
  return line_->open_stream(options);
}

Result<> Connection::close_stream(StreamId stream) { return line_->finish(stream); }

Result<> Connection::reset_stream(StreamId stream, std::uint64_t code) {
  return line_->reset(stream, code);
}

Result<StreamInfo> Connection::stream_info(StreamId stream) const {
  return line_->stream_info(stream);
}

Result<> Connection::drain(const DrainOptions& options) { return line_->drain(options); }

Result<> Connection::drain(Duration deadline) {
  return drain(
      {.deadline = deadline, .reason = CloseReason::kNormal, .message = {}, .alternate = {}});
}

void Connection::close(CloseReason reason, std::string_view message) {
  line_->close(reason, message);
}

Result<SessionInfo> Connection::info() const {
  UdpDriver* driver = line_->driver();
  if (driver == nullptr) return unexpected(line_->why_over());
  return driver->endpoint().info(line_->handle());
}

SessionHandle Connection::handle() const { return line_->handle(); }
asio::io_context::executor_type Connection::executor() const { return line_->executor(); }

void Connection::start_connected(net::Completion<> completion) const {
  line_->connected(std::move(completion));
}

void Connection::start_accept_stream(net::Completion<StreamId> completion) const {
  line_->accept_stream(std::move(completion));
}

void Connection::start_send(StreamId stream, Bytes data, net::Completion<> completion) const {
  line_->send(stream, data, std::move(completion));
}

void Connection::start_recv(StreamId stream, net::Completion<Received> completion) const {
  line_->recv(stream, std::move(completion));
}

void Connection::start_closed(net::Completion<CloseInfo> completion) const {
  line_->closed(std::move(completion));
}

void Connection::start_ticket(net::Completion<SessionTicket> completion) const {
  line_->generate_ticket(std::move(completion));
}

}  // namespace jetstream
