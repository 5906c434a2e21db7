// SPDX-License-Identifier: MIT
#pragma once

#include <bit>

#include "stream/linked_queue.h"
#include "stream/recv_stream.h"
#include "stream/scheduler.h"
#include "stream/send_stream.h"

namespace jetstream::stream {

/// A few flags out of an enumeration of bit numbers; the lowest number is the first.
template <class E>
class Flags {
 public:
  bool any() const { return bits_ != 0; }
  bool has(E flag) const { return (bits_ & bit(flag)) != 0; }
  void set(E flag) { bits_ = static_cast<std::uint8_t>(bits_ | bit(flag)); }
  void clear(E flag) { bits_ = static_cast<std::uint8_t>(bits_ & ~bit(flag)); }
  void clear() { bits_ = 0; }
  E first() const { return static_cast<E>(std::countr_zero(bits_)); }

 private:
  static constexpr unsigned bit(E flag) { return 1u << static_cast<unsigned>(flag); }
  std::uint8_t bits_ = 0;
};

/// Control frames a stream may have to send, in the order in which they go.
enum class Control : std::uint8_t {
  kOpen,
  kStopSending,
  kResetStream,
  kMsgSkip,
  kMaxStreamData,
  kStreamDataBlocked,
};

/// What the application is to be told, in the order in which it is.
enum class Notice : std::uint8_t { kOpened, kReadable, kReset, kStopped, kWritable, kClosed };

/// One stream: its two directions, and what they wait for. StreamTable moves it along.
struct Stream {
  /// Where a stream gets its memory: what comes in and what goes out have accounts of their own,
  /// and its record is on that of whoever opened it.
  struct Memory {
    BlockPool& receiving;
    BlockPool& sending;
  };

  /// Its buffers take their memory from there and count their gaps in `gap_total`.
  Stream(StreamId its_id, bool is_opened_by_peer, Memory memory, std::uint32_t& gap_total,
         std::uint64_t send_limit, std::uint64_t recv_window);
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream();

  void set_options(StreamOptions its_options);
  StreamState state() const;
  StreamInfo info() const;
  /// Both directions are over, and both sides know that they had begun: a peer that never got this
  /// side's OPEN would wait for it for ever [STR-2].
  bool over() const {
    return announced && (opened_by_peer || open_acked) && send.done() && recv.done();
  }

  const StreamId id;
  const bool opened_by_peer;
  bool announced = false;   ///< OPEN was sent, or has come.
  bool open_acked = false;  ///< The peer has this side's OPEN.
  bool known = false;       ///< Both sides know of the stream.
  bool closed = false;      ///< Only Notice::kClosed has still to be taken.
  bool given_up = false;    ///< By the peer, who had opened it.
  bool wants_room = false;  ///< The application ran short of room in the send buffer.
  std::size_t wanted = 0;   ///< And of memory for so many bytes.
  BlockPool& account;       ///< Of the record itself.

  SendStream send;
  RecvStream recv;
  StreamOptions options;
  std::uint32_t partials = 0;           ///< Incomplete messages, as far as they are counted.
  std::uint64_t messages_dropped = 0;   ///< Best effort that found no room.
  std::uint64_t blocked_told = 0;       ///< The limit of the latest STREAM_DATA_BLOCKED.
  std::uint64_t bytes_taken = 0;        ///< Payload handed over by the application.
  std::uint64_t peer_reset_code = 0;    ///< Of the peer's RESET_STREAM.
  std::uint64_t peer_stop_code = 0;     ///< Of the peer's STOP_SENDING.
  std::uint64_t stop_sending_code = 0;  ///< Of this side's STOP_SENDING.

  Flags<Control> control;
  Flags<Notice> notices;
  Link<Stream> control_link{*this};
  Link<Stream> notice_link{*this};
  Scheduler::Turn turn{*this};
  Link<Stream> parked_link{*this};  ///< Waits for credit of the session instead of its turn.
  Link<Stream> mortal_link{*this};  ///< Delivery::kExpiring, while it is open.
};

/// What the record of a stream takes: itself, its places in the hash table (a quarter full at
/// least) and the name of its service.
inline constexpr std::size_t kStreamRecordBytes =
    sizeof(Stream) + 4 * sizeof(void*) + wire::kServiceSizeMax;

}  // namespace jetstream::stream
