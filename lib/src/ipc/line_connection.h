// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <asio/io_context.hpp>
#include <asio/local/stream_protocol.hpp>
#include <asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "ipc/line_buffer.h"
#include "ipc/peer_credentials.h"

namespace jetstream::ipc {

class LineConnection;

/// The answer that one request waits for. The connection reads no further request until finish().
/// Dropping an answer unfinished closes the connection. Only on the io_context's thread; may
/// outlive the connection and the server, finish() is then without effect.
class Answer {
 public:
  Answer(std::weak_ptr<LineConnection> connection, PeerCredentials peer)
      : connection_(std::move(connection)), peer_(std::move(peer)) {}
  Answer(const Answer&) = delete;
  Answer& operator=(const Answer&) = delete;
  ~Answer();

  const PeerCredentials& peer() const { return peer_; }
  /// `lines` is all of the answer, with a newline behind each line. Without effect the second time.
  void finish(std::string lines);

 private:
  std::weak_ptr<LineConnection> connection_;
  PeerCredentials peer_;
};

struct LineTimeouts {
  /// Without a complete request since the connection began or the last answer was written.
  std::chrono::milliseconds idle{60'000};
  /// To get one whole answer into the socket.
  std::chrono::milliseconds write{10'000};
};

/// One accepted connection: reads a line, has it answered, writes the answer, reads on. All on the
/// io_context's thread.
class LineConnection : public std::enable_shared_from_this<LineConnection> {
 public:
  using Socket = asio::local::stream_protocol::socket;
  /// `line` is valid during the call only.
  using OnLine = std::function<void(std::string_view line, std::shared_ptr<Answer>)>;
  using OnClosed = std::function<void(const std::shared_ptr<LineConnection>&)>;

  LineConnection(Socket socket, PeerCredentials peer, const LineTimeouts& timeouts, OnLine on_line,
                 OnClosed on_closed);

  const PeerCredentials& peer() const { return peer_; }
  void start();
  /// Calls OnClosed, the first time.
  void close();

 private:
  friend class Answer;

  void await_request();
  void go_on();
  void read_more();
  void answer_and_close(std::string lines);
  void write(std::string lines);
  void on_written();
  void arm(std::chrono::milliseconds timeout);
  void disarm();

  Socket socket_;
  asio::steady_timer timer_;
  std::uint64_t timer_generation_ = 0;
  PeerCredentials peer_;
  LineTimeouts timeouts_;
  OnLine on_line_;
  OnClosed on_closed_;
  LineBuffer received_;
  std::array<char, 4096> chunk_{};
  std::string outgoing_;
  bool read_ended_ = false;
  bool close_when_written_ = false;
};

}  // namespace jetstream::ipc
