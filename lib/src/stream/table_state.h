// SPDX-License-Identifier: MIT
//
// The inside of StreamTable, which takes five files: frames of the peer (stream_table.cc), messages
// that travel one by one and time (table_messages.cc), memory and windows (table_memory.cc),
// sending (table_send.cc) and the application (table_app.cc).
#pragma once

#include "stream/best_effort.h"
#include "stream/stream_ids.h"
#include "stream/stream_map.h"
#include "stream/stream_table.h"

namespace jetstream::stream {

/// kInvalidArgument beyond StreamOptions::time_to_live's range.
Result<> check_time_to_live(Duration time);

struct StreamTable::State {
  /// Remembered gaps before out-of-order data. Beyond these a packet is dropped; beyond twice as
  /// many, which only one packet made of nothing but fragments reaches, the session ends.
  static constexpr std::uint32_t kStreamGapsMax = 64;
  static constexpr std::uint32_t kSessionGapsMax = 512;
  /// Messages of which only parts have come, over all unordered and expiring streams. As with gaps,
  /// a packet that begins another one is dropped, and twice as many end the session.
  static constexpr std::uint32_t kPartialsMax = 256;

  /// The largest windows that tuning makes.
  static constexpr std::uint64_t kSessionWindowMax = 64 * 1024 * 1024;
  static constexpr std::uint64_t kStreamWindowMax = 16 * 1024 * 1024;

  State(Role its_role, const StreamLimits& local, const StreamLimits& peer,
        std::size_t its_send_buffer_bytes_max, SharedMemory shared);
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
  /// Where this side counts what waits outside of flow control. Nobody is told its limit.
  RecvCredit& own_account() {
    own_credit.announce();
    return own_credit;
  }
  /// What unread data of this stream counts against.
  RecvCredit& credit_for(const Stream& stream) {
    return stream.options.delivery == Delivery::kBestEffort ? own_account() : recv_credit;
  }
  /// The largest message that can be sent on it.
  std::uint64_t message_bytes_max(const Stream& stream) const;
  Result<void, Violation> take_best_effort(Stream& stream, const wire::MsgFrame& frame);
  Result<void, Violation> check_fragments(const Stream& stream) const;
  /// What of the receiving side shows that a frame had an effect.
  struct Arrived {
    explicit Arrived(const Stream& stream)
        : credit(stream.recv.credit().received()),
          readable(stream.recv.arrived()),
          all(stream.recv.all_arrived()) {}
    bool operator==(const Arrived&) const = default;
    std::uint64_t credit;
    std::uint64_t readable;
    bool all;
  };
  /// Data that is worth its frame, even if it fills a gap or comes twice.
  static constexpr std::size_t kWorthwhileBytes = 64;
  /// A limit that is raised by less does not help anybody.
  static constexpr std::uint64_t kWorthwhileCredit = 1024;
  void count_effect(const Stream& stream, const Arrived& before, std::size_t data_bytes) {
    if (data_bytes >= kWorthwhileBytes || Arrived(stream) != before) ++effects;
  }
  void count_given_up(Stream& stream);
  /// After messages of the stream have begun or ended.
  void count_partials(Stream& stream);
  /// Queues the stream for sending, or takes it out, as it now needs.
  void reschedule(Stream& stream);

  // Memory and windows.

  bool has_room(const wire::StreamFrame& frame, Needs& needs);
  bool has_room(const wire::MsgFrame& frame, Needs& needs);
  bool has_room(const wire::OpenFrame& frame, Needs& needs);
  bool has_memory(const wire::MsgFrame& frame, const Stream* stream, Needs& needs);
  /// Any other frame, of which only the stream matters.
  bool has_room_for(StreamId id, Needs& needs);
  /// There is memory for what the packet needs so far and for `more`. `at_head`: it can be read as
  /// soon as it is there.
  bool may_take(Needs& needs, std::size_t more, bool at_head);
  /// The same for a buffer that several frames of the packet fill: `cost` is that of all so far.
  bool may_fill(Needs& needs, std::size_t cost, bool at_head);
  static void fills(Needs& needs, StreamId id);
  /// How much of `size` bytes, or of a message of that size, the send buffer may take now.
  std::size_t room_to_send(Stream& stream, std::size_t size);
  static std::size_t growth(const Stream& stream, std::size_t size);
  bool may_send(const Stream& stream, std::size_t size) const;
  void wait_to_send(Stream& stream, std::size_t size);
  void tell_writable(Stream& stream);
  /// New credit is due as far as memory allows; where it does not, that is waited for.
  bool renews(const RecvCredit& credit);
  void renew(Stream& stream);
  void renew_session();
  void tune(RecvCredit& credit, std::uint64_t window_max) {
    credit.tune(now, account.may_grow() ? rtt : Duration(0), window_max);
  }

  /// Messages of the stream may have become too old.
  void age(Stream& stream);
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
  bool write_piece(Stream& stream, base::ByteWriter& writer, wire::SentFrame& sent);
  bool write_msg(Stream& stream, base::Interval next, base::ByteWriter& writer,
                 wire::SentFrame& sent);
  void after_sending(Stream& stream, const SendStream::Piece& piece, wire::SentFrame& sent);
  static std::uint64_t room_for(std::size_t overhead, std::uint64_t waiting,
                                const base::ByteWriter& writer);
  /// There is not enough credit of the session for what the stream wants to begin.
  bool must_park(const Stream& stream) const;
  void park(Stream& stream);
  void release_parked();

  const Role role;
  const std::size_t send_buffer_bytes_max;
  const std::uint64_t local_message_bytes_max;
  const std::uint64_t local_max_stream_data;
  std::uint64_t peer_message_bytes_max;
  std::uint64_t peer_max_stream_data;
  std::uint64_t peer_max_data;

  MemoryAccount account;
  BlockPool recv_pool;
  BlockPool send_pool;
  OwnIds own_ids;
  PeerIds peer_ids;
  SendCredit send_credit;
  RecvCredit recv_credit;
  RecvCredit own_credit;  ///< As large as the session's.

  LinkedQueue<Stream> control;
  LinkedQueue<Stream> notices;
  Scheduler ready;
  LinkedQueue<Stream> parked;
  LinkedQueue<Stream> mortal;
  std::unique_ptr<BestEffortParts> parts;  ///< While there are any.

  Instant now{};
  Duration pto{};
  Duration rtt{};
  Instant next_expiry = kNever;
  std::uint64_t blocked_told = 0;  ///< The limit of the latest DATA_BLOCKED.
  std::uint32_t gap_total = 0;
  std::uint32_t effects = 0;
  std::uint32_t given_up = 0;
  std::uint32_t partial_total = 0;
  std::uint8_t parked_urgency = Scheduler::kLevels;  ///< The lowest that is parked.
  std::uint32_t open_count = 0;
  bool unstamped = false;  ///< There are messages that have not begun to age.
  bool blocked_due = false;
  bool announce_data = false;
  bool announce_streams = false;
  bool open_refused = false;       ///< open() has said kStreamLimit.
  bool streams_available = false;  ///< That is to be told.
  StreamMap streams;  ///< Last, because streams give their buffers back to the pools when they go.
};

}  // namespace jetstream::stream
