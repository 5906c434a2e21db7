// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <optional>
#include <unordered_map>

#include "jetstream/connection.h"
#include "jetstream/udp_driver.h"

namespace jetstream::net {

/// One session as the Asio faces see it: who waits for what, until it happens or the session ends.
/// Shared by the Connection handles and the Switchboard; after end() it only remembers why.
class Line {
 public:
  Line(UdpDriver& driver, SessionHandle handle)
      : driver_(&driver), executor_(driver.io().get_executor()), handle_(handle) {}

  SessionHandle handle() const { return handle_; }
  asio::io_context::executor_type executor() const { return executor_; }
  /// Null after the end.
  UdpDriver* driver() const { return driver_; }
  /// What a call after the end is refused with.
  Error why_over() const;

  Result<StreamId> open_stream(const StreamOptions& options);
  void accept_stream(Completion<StreamId> completion);
  void send(StreamId stream, Bytes data, Completion<> completion);
  void recv(StreamId stream, Completion<Received> completion);
  Result<StreamInfo> stream_info(StreamId stream) const;
  Result<> finish(StreamId stream);
  Result<> reset(StreamId stream, std::uint64_t code);
  void close(CloseReason reason, std::string_view message);
  Result<> drain(const DrainOptions& options);
  void closed(Completion<CloseInfo> completion);
  void generate_ticket(Completion<SessionTicket> completion);

  // The client's connect_early() (line_early.cc).

  /// The handshake is under way, and streams of early data may be used.
  void begin_early(EarlyRefused then);
  void connected(Completion<> completion);
  /// The handshake is over.
  void on_connected();

  /// The client's connect(), which the Switchboard completes.
  Completion<Connection> connecting;

  /// Events of this session's streams.
  void on_event(const Event& event);
  /// Ends everything that waits.
  void end(const CloseInfo& info);

 private:
  struct PendingSend {
    Bytes rest;
    Completion<> completion;         ///< None for what is sent again.
    std::vector<std::uint8_t> kept;  ///< What `rest` is a part of then.
  };
  struct StreamWaits {
    std::deque<PendingSend> sends;
    bool finish_after_sends = false;
    Completion<Received> recv;
    Received partial;

    bool idle() const { return sends.empty() && !recv && partial.data.empty(); }
  };

  /// A stream that was opened while the handshake was under way, and all that was sent on it: a
  /// chunk is one message, or some bytes.
  struct EarlyStream {
    StreamId id;
    StreamOptions options;
    std::vector<std::vector<std::uint8_t>> sent;
    bool finished = false;
    std::optional<std::uint64_t> reset;
  };
  struct Early {
    EarlyRefused then = EarlyRefused::kResend;
    std::vector<EarlyStream> streams;
    std::vector<Completion<>> waiting;

    EarlyStream* find(StreamId id);
  };

  /// What had arrived of a stream when the session ended.
  struct Kept {
    StreamInfo info;
    std::deque<Received> pieces;
  };

  Result<bool> take_piece(StreamId stream, Received& piece);
  void keep_unread();
  void keep_early(StreamId stream, Bytes sent);
  void finish_early(StreamId stream);
  bool send_again(const EarlyStream& early);
  void pump_sends(StreamId stream, StreamWaits& waits);
  void pump_recv(StreamId stream, StreamWaits& waits);
  void pump_tickets();
  void forget_if_idle(StreamId stream);
  static void fail_sends(StreamWaits& waits, const Error& error);
  static void fail(StreamWaits& waits, const Error& error);

  UdpDriver* driver_;
  asio::io_context::executor_type executor_;
  SessionHandle handle_;
  std::optional<CloseInfo> close_info_;
  std::optional<Early> early_;  ///< As long as the handshake is under way.
  std::unordered_map<StreamId, StreamWaits> streams_;
  std::unordered_map<StreamId, Kept> kept_;
  std::deque<StreamId> opened_;
  std::deque<Completion<StreamId>> accepting_;
  std::deque<Completion<CloseInfo>> closing_;
  std::deque<Completion<SessionTicket>> awaiting_ticket_;
};

}  // namespace jetstream::net
