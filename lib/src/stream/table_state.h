// SPDX-License-Identifier: MIT
//
// The inside of StreamTable, which takes three files: frames of the peer (stream_table.cc), sending
// (table_send.cc) and the application (table_app.cc).
#pragma once

#include "stream/stream_ids.h"
#include "stream/stream_map.h"
#include "stream/stream_table.h"

namespace jetstream::stream {

struct StreamTable::State {
  /// Remembered gaps before out-of-order data. Beyond these a packet is dropped; beyond twice as
  /// many, which only one packet made of nothing but fragments reaches, the session ends.
  static constexpr std::uint32_t kStreamGapsMax = 64;
  static constexpr std::uint32_t kSessionGapsMax = 512;

  State(Role its_role, const StreamLimits& local, const StreamLimits& peer,
        std::size_t its_send_buffer_bytes_max);
  ~State();

  // Finding streams.

  bool is_own(StreamId id) const { return opener_of(id) == role; }
  /// The stream a frame of the peer names, created if it may exist but was not heard of yet; null
  /// if it is closed.
  Result<Stream*, Violation> named_by_peer(StreamId id, wire::FrameType frame);
  /// The stream as the application knows it; null if it does not, or if it is closed.
  Stream* active(StreamId id) const;
  Stream& create(StreamId id, bool opened_by_peer);

  // After something changed.

  void want(Stream& stream, Control frame);
  void unwant(Stream& stream, Control frame);
  void notify(Stream& stream, Notice notice);
  void unnotify(Stream& stream, Notice notice);
  /// Queues the stream for sending, or takes it out, as it now needs.
  void reschedule(Stream& stream);
  /// The receiving side has freed memory: credit may be due.
  void after_reading(Stream& stream);
  /// The sending side made progress: room may be due.
  void after_delivery(Stream& stream);
  void reset_sending(Stream& stream, std::uint64_t code);
  void close_if_over(Stream& stream);
  /// Takes the stream out of all queues that lead to the peer.
  void stop_queueing(Stream& stream);
  /// The application has taken Notice::kClosed.
  void forget(Stream& stream);

  // Sending.

  bool write_session_control(base::ByteWriter& writer, wire::SentFrame& sent);
  bool write_stream_control(base::ByteWriter& writer, wire::SentFrame& sent);
  bool write_data(base::ByteWriter& writer, wire::SentFrame& sent);

  const Role role;
  const std::size_t send_buffer_bytes_max;
  const std::uint64_t local_message_bytes_max;
  const std::uint64_t local_max_stream_data;
  const std::uint64_t peer_message_bytes_max;
  const std::uint64_t peer_max_stream_data;

  BlockPool pool;
  OwnIds own_ids;
  PeerIds peer_ids;
  SendCredit send_credit;
  RecvCredit recv_credit;

  LinkedQueue<Stream> control;
  LinkedQueue<Stream> notices;
  Scheduler resend;  ///< What needs no credit of the session: lost bytes, and ends without bytes.
  Scheduler fresh;   ///< New bytes.

  std::uint32_t gap_total = 0;
  std::uint32_t open_count = 0;
  bool announce_data = false;
  bool announce_streams = false;
  bool open_refused = false;       ///< open() has said kStreamLimit.
  bool streams_available = false;  ///< That is to be told.
  StreamMap streams;  ///< Last, because streams give their buffers back to `pool` when they go.
};

}  // namespace jetstream::stream
