// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "jetstream/endpoint.h"
#include "stream/memory_account.h"
#include "wire/frame.h"
#include "wire/sent_frame.h"

namespace jetstream::stream {

/// What one side allows the other: hello parameters of the same names.
struct StreamLimits {
  std::uint64_t max_streams = 0;
  std::uint64_t max_data = 0;
  std::uint64_t max_stream_data = 0;
  std::uint64_t message_bytes_max = 0;
};

/// What became of a stream, for the application: the kinds kStreamOpened, kReadable, kWritable,
/// kStreamReset, kStreamStopped, kStreamClosed and kStreamsAvailable of jetstream::Event.
struct StreamEvent {
  EventKind kind;
  StreamId stream;
  std::uint64_t code = 0;
};

/// The memory that a session shares with others: `budget`, which outlives it; null shares nothing.
/// `tag` is what the budget calls the session by when it wakes it.
struct SharedMemory {
  MemoryBudget* budget = nullptr;
  std::uint32_t tag = 0;
};

/// All streams of one session, both directions: states, buffers, flow control, and which frame to
/// send next. Knows nothing of packets or acknowledgement ranges; the session tells it what
/// was received, acknowledged and lost. Not thread-safe.
class StreamTable {
 public:
  /// `local` is what this side allows the peer, `peer` what the peer allows this side.
  StreamTable(Role role, const StreamLimits& local, const StreamLimits& peer,
              std::size_t send_buffer_bytes_max, SharedMemory shared = {});
  ~StreamTable();
  StreamTable(const StreamTable&) = delete;
  StreamTable& operator=(const StreamTable&) = delete;
  StreamTable(StreamTable&& other) noexcept;

  /// The peer allows more than was known when early data was sent. Never less.
  void raise_peer_limits(const StreamLimits& peer);

  // Frames of the peer. A Violation closes the session.

  /// What the frames of one packet need together, as far as they were looked at.
  struct Needs {
    std::size_t memory = 0;
    std::uint64_t early = 0;    ///< Credit of messages whose OPEN has not come.
    StreamId opened{};          ///< By the packet itself.
    StreamId named{};           ///< For the first time.
    StreamId filled{};          ///< By the frames before,
    std::uint64_t fill = 0;     ///< up to here (STREAM) or with so many bytes (whole MSG),
    std::size_t fill_cost = 0;  ///< which takes so much memory.
  };
  /// False if taking this frame would exceed the bound on remembered gaps, or if there is no memory
  /// for it; its packet must then be dropped without being acknowledged, so that the peer sends it
  /// again [PKT-19].
  bool has_room(const wire::Frame& frame, Needs& needs);
  /// How many frames so far have changed anything worth the work, and how many streams the peer has
  /// opened and given up.
  std::uint32_t effects() const;
  std::uint32_t given_up() const;
  Result<void, Violation> on_frame(const wire::OpenFrame& frame);
  Result<void, Violation> on_frame(const wire::StreamFrame& frame);
  Result<void, Violation> on_frame(const wire::MsgFrame& frame);
  Result<void, Violation> on_frame(const wire::MsgSkipFrame& frame);
  Result<void, Violation> on_frame(const wire::ResetStreamFrame& frame);
  Result<void, Violation> on_frame(const wire::StopSendingFrame& frame);
  Result<void, Violation> on_frame(const wire::MaxDataFrame& frame);
  Result<void, Violation> on_frame(const wire::MaxStreamDataFrame& frame);
  Result<void, Violation> on_frame(const wire::MaxStreamsFrame& frame);
  Result<void, Violation> on_frame(const wire::DataBlockedFrame& frame);
  Result<void, Violation> on_frame(const wire::StreamDataBlockedFrame& frame);

  // Time.

  /// Comes before frames are taken in and before any are written: messages handed over since the
  /// last time begin to age, and what is too old goes. `pto` and `rtt`: the probe timeout and the
  /// smoothed round trip of the moment; without the latter no window grows.
  void on_time(Instant now, Duration pto, Duration rtt = {});
  /// When on_time() wants to be called at the latest.
  Instant deadline() const;

  // Sending.

  /// Something of this table wants to go out now (credit permitting).
  bool has_frames() const;
  /// Writes the next frame that fits into `writer` and describes it in `sent`; false if nothing
  /// (more) fits or is due. Control frames (OPEN, RESET_STREAM, STOP_SENDING, MAX_*) go first, then
  /// streams by urgency and weight. A STREAM frame always carries its length, so that frames may
  /// follow.
  bool write_frame(base::ByteWriter& writer, wire::SentFrame& sent);
  /// The peer has received that frame. Kinds that do not belong to streams are ignored.
  void on_acked(const wire::SentFrame& sent);
  /// That frame is to be sent again if it still means something.
  void on_lost(const wire::SentFrame& sent);

  // The application. Contracts as in jetstream::Endpoint.

  Result<StreamId> open(const StreamOptions& options);
  Result<std::size_t> send(StreamId stream, Bytes data);
  Result<> finish(StreamId stream);
  Result<> reset(StreamId stream, std::uint64_t code);
  Result<> stop_sending(StreamId stream, std::uint64_t code);
  Result<ReadView> read(StreamId stream);
  Result<> consume(StreamId stream, std::size_t bytes);
  /// Whether consuming `bytes` of the last view goes past the end of a message.
  bool ends_message(StreamId stream, std::size_t bytes) const;
  /// Best effort: the size of the message that the last view of read() begins. Nullopt in the
  /// middle of one.
  std::optional<std::uint64_t> message_ahead(StreamId stream) const;
  /// Best effort: takes the message of the last view away unread, and counts it as dropped.
  void drop_message(StreamId stream);
  /// What the stream was opened with; null if there is no such stream.
  const StreamOptions* options(StreamId stream) const;
  Result<> set_time_to_live(StreamId stream, Duration time);
  Result<StreamInfo> info(StreamId stream) const;
  void visit(const std::function<void(const StreamInfo&)>& visit) const;
  std::size_t open_count() const;
  /// True when nothing handed over by the application is still waiting to be sent or acknowledged.
  bool all_delivered() const;

  std::optional<StreamEvent> poll_event();
  bool has_event() const;

  // Memory.

  /// Bytes of memory held for buffers, as allocated.
  std::size_t buffered_bytes() const;
  /// What this session holds of the shared memory.
  std::size_t held(MemoryUse use) const;
  /// The budget has woken the session: there is memory that it waited for.
  void on_memory();
  /// Something is held that should be looked at with overdue() once a second.
  bool worth_watching() const;
  /// More than the session's part was held for too long while memory was short [LIM-8].
  bool overdue(Instant now);
  /// Gives back all buffers, unread and undelivered; only when the session is over.
  void abandon();
  /// Frees the memory that is kept for reuse; for sessions that have fallen silent.
  void trim();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace jetstream::stream
