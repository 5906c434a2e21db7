// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <asio/io_context.hpp>
#include <asio/local/stream_protocol.hpp>
#include <asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "ipc/line_buffer.h"
#include "ipc/peer_credentials.h"
#include "ipc/stream_queue.h"

namespace jetstream::ipc {

class LineConnection;

/// What a stream keeps for a reader that is slower than its writer. With what the socket itself
/// holds, some thousand lines: a reader that was away for a moment misses nothing.
inline constexpr std::size_t kStreamQueueBytesMax = 256 * 1024;

/// An answer that goes on until the caller leaves or the server ends it.
struct StreamOptions {
  /// Makes the line that stands for lines that were lost because the caller reads too slowly.
  StreamQueue::Gap gap;
  /// Called once when the connection ends before finish(), whoever ended it; not by what an Answer
  /// is told to do. Nothing needs to be written from then on.
  std::function<void()> gone;
};

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
  /// `lines` is all of the answer, or the end of a stream, with a newline behind each line. Without
  /// effect the second time.
  void finish(std::string lines);
  /// The same, and the connection ends behind it.
  void finish_and_close(std::string lines);

  /// Makes this answer a stream that begins with `first`, and may take as long as it wants. A
  /// caller that shuts down its sending side has left; what it sends meanwhile is read after the
  /// stream. False if the caller has left already, and then `options` are of no use.
  [[nodiscard]] bool begin_stream(StreamOptions options, std::string_view first);
  /// Adds one line, with its newline, to a stream. Never waits: see StreamQueue.
  void write_line(std::string_view line);

 private:
  std::weak_ptr<LineConnection> connection_;
  PeerCredentials peer_;
};

struct LineTimeouts {
  /// Without a complete request since the connection began or the last answer was written.
  std::chrono::milliseconds idle{60'000};
  /// To get one whole answer into the socket; of a stream, for anything at all to go there.
  std::chrono::milliseconds write{10'000};
};

/// One accepted connection: reads a line, has it answered, writes the answer, reads on. While an
/// answer is a stream it reads as well, to see the caller leave. All on the io_context's thread.
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
  bool begin_stream(StreamOptions options, std::string_view first);
  void write_stream_line(std::string_view line);
  void finish_stream(std::string_view lines);
  void on_read_beside_stream();
  void pump_stream();
  void write_some_of_stream();
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
  struct Stream {
    StreamQueue queue;
    std::function<void()> gone;
    std::size_t written = 0;  ///< Of outgoing_.
    bool ended = false;       ///< Over when all of it is written.
  };
  std::optional<Stream> stream_;
  bool reading_ = false;
  bool awaiting_request_ = false;
  bool read_ended_ = false;
  bool close_when_written_ = false;
};

}  // namespace jetstream::ipc
